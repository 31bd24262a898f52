import { TerraceError } from '@terrace/kit'
import { type Architecture, nodesOf, type Table as TableNode } from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import type { TableRecord, TableSettings } from './table-record.ts'
import type { TableChange, Tables } from './tables.ts'

/**
 * Makes the tables of the template, and those that are there already what it says now: their items stay.
 * @throws TerraceError DYNAMODB_TEMPLATE_TABLE, DYNAMODB_TABLE_REPLACED
 */
export function makeTemplateTables(architecture: Architecture, tables: Tables, revision: () => string): void {
  for (const node of nodesOf(architecture, 'table')) bringTable(node, tables, revision)
}

/** One of them. @throws TerraceError DYNAMODB_TEMPLATE_TABLE, DYNAMODB_TABLE_REPLACED */
export function bringTable(node: TableNode, tables: Tables, revision: () => string): void {
  const there = tables.find(node.name)
  const settings = { ...settingsOf(node), node: node.id }
  const policy = node.policy && JSON.stringify(node.policy)
  try {
    if (!there) {
      tables.create(
        { ...settings, ...(policy && { policy: { text: policy, revision: revision() } }) },
        { atOnce: true },
      )
      return
    }
    refuseReplacement(node, there.record)
    const { policy: _, timeToLiveAttribute: __, encryptionKey: ___, ...kept } = there.record
    const before = there.record.policy
    const changed = policy && policy !== before?.text ? { text: policy, revision: revision() } : before
    // What the template doesn't have any more goes, too.
    there.change({ ...kept, ...settings, ...(policy && changed && { policy: changed }) })
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('DYNAMODB_TEMPLATE_TABLE', `the table ${node.name} can't be made: ${cause.message}`, {
      hint: `change ${node.origin.logicalId} in the template`,
      place: node.origin.place,
      cause,
    })
  }
}

const settingsOf = (node: TableNode): TableSettings & TableChange => ({
  name: node.name,
  attributeTypes: node.attributeTypes,
  key: node.key,
  localIndexes: node.localIndexes,
  globalIndexes: node.globalIndexes,
  throughput: node.throughput,
  tableClass: node.tableClass,
  tags: node.tags,
  deletionProtection: node.deletionProtection,
  ...(node.encryptionKey && { encryptionKey: node.encryptionKey }),
  ...(node.timeToLiveAttribute !== undefined && { timeToLiveAttribute: node.timeToLiveAttribute }),
})

type Fixed = Pick<TableSettings, 'key' | 'localIndexes' | 'attributeTypes'>

/** Whether CloudFormation makes another table for what has changed, and the items of the old one are lost with it. */
export function isOtherTable(before: Fixed, after: Fixed): boolean {
  const fixed = ({ key, localIndexes, attributeTypes }: Fixed) => {
    const names = [key, ...localIndexes.map(index => index.key)].flatMap(({ partition, sort }) => [partition, sort])
    return JSON.stringify([key, localIndexes, names.map(name => attributeTypes[name ?? ''])])
  }
  return fixed(before) !== fixed(after)
}

function refuseReplacement(node: TableNode, record: TableRecord): void {
  if (!isOtherTable(record, node)) return
  throw new TerraceError(
    'DYNAMODB_TABLE_REPLACED',
    `the table ${node.name} has another key or other local indexes than the one that is there: on AWS it would be replaced, and its items lost`,
    {
      hint: 'give the table another name or logical id, or forget all data with: terrace reset',
      place: node.origin.place,
    },
  )
}
