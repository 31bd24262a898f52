import { decode } from '@terrace/ui'

/** An item as the API sends it; instants are ISO strings. */
export type Item = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly createdAt: string
  readonly updatedAt: string
  /** Counts changes from 1 on; its ETag is this in quotation marks. */
  readonly version: number
}

/** What one types. */
export type ItemText = {
  readonly name: string
  readonly description: string
}

/** A part of the list, newest first. */
export type ItemPage = {
  readonly items: readonly Item[]
  /** The cursor of what follows; null at the end. */
  readonly next: string | null
}

/** What runs behind the page. */
export type Info = {
  readonly version: string
  readonly environment: string
}

const { list, nullable, number, object, text } = decode

export const itemOf = object<Item>({
  id: text,
  name: text,
  description: text,
  createdAt: text,
  updatedAt: text,
  version: number,
})

export const pageOf = object<ItemPage>({ items: list(itemOf), next: nullable(text) })

export const infoOf = object<Info>({ version: text, environment: text })

/** Longest texts, in characters as a person counts them: `api/schemas/item.ts`. */
export const LIMITS = { name: 255, description: 10_000 } as const

/** Whether both say the same. */
export const isSameText = (one: ItemText, other: ItemText): boolean =>
  one.name === other.name && one.description === other.description
