import type { Instant } from '@terrace/kit'
import type { Table as TableNode } from '@terrace/model'

/** What a template or CreateTable says of a table. */
export type TableSettings = Pick<
  TableNode,
  | 'attributeTypes'
  | 'deletionProtection'
  | 'encryptionKey'
  | 'globalIndexes'
  | 'key'
  | 'localIndexes'
  | 'name'
  | 'tableClass'
  | 'tags'
  | 'throughput'
  | 'timeToLiveAttribute'
>

/** A table as it is kept. */
export interface TableRecord extends TableSettings {
  readonly uuid: string
  readonly created: Instant
  /** A resource-based policy as it was given. */
  readonly policy?: { readonly text: string; readonly revision: string }
  /** The node of the template that it comes from. */
  readonly node?: string
  /** When its throughput was last raised and lowered. */
  readonly raised?: Instant
  readonly lowered?: Instant
  /** It was asked to be deleted: nothing is left of it at the next start. */
  readonly deleting?: boolean
}

/** An index of a table; a local one shares the throughput of its table. */
export type IndexSettings = TableSettings['globalIndexes'][number] | TableSettings['localIndexes'][number]

export const indexOf = (settings: TableSettings, name: string): IndexSettings | undefined =>
  [...settings.globalIndexes, ...settings.localIndexes].find(index => index.name === name)

export const isGlobal = (index: IndexSettings): index is TableSettings['globalIndexes'][number] => 'throughput' in index

/** The attributes of a key in their order. */
export const attributesOf = ({ key }: Pick<TableNode, 'key'>): readonly string[] =>
  key.sort === undefined ? [key.partition] : [key.partition, key.sort]
