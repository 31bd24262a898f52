import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import type { Table } from './table.ts'
import { attributesOf, indexOf } from './table-record.ts'
import type { Tables } from './tables.ts'
import { type Item, scalarOf } from './values/attribute-value.ts'

/** What a call brings that policies may ask for. */
export interface TableQuestion {
  /** The index that is read: permission is asked for it alone. */
  readonly index?: string | undefined
  /** The items that are named, with the attributes of their keys at least. */
  readonly keys?: readonly Item[] | undefined
  /** Every attribute at the top level that the call names. */
  readonly attributes?: readonly string[] | undefined
  readonly select?: string | undefined
  readonly returnValues?: string | undefined
  readonly returnConsumedCapacity?: string | undefined
  readonly context?: ContextValues | undefined
}

/** What a caller needs for actions on tables. */
export class TableAccess {
  readonly #tables: Tables

  constructor(tables: Tables) {
    this.#tables = tables
  }

  /**
   * The permission for an action on a table or one of its indexes, whether it is there or not.
   *
   * @param action  without `dynamodb:`
   * @see Service Authorization Reference "Actions, resources, and condition keys for Amazon DynamoDB"
   * @see Amazon DynamoDB Developer Guide "Using IAM policy conditions for fine-grained access control"
   */
  on(action: string, name: string, question: TableQuestion = {}): Access {
    const table = this.#tables.find(name)
    const arn = this.#tables.arnOf(name)
    const { index, select, returnValues, returnConsumedCapacity, attributes = [] } = question
    const document = table?.record.policy && readPolicy(table.record.policy.text)
    return {
      action: `dynamodb:${action}`,
      resource: index === undefined ? arn : `${arn}/index/${index}`,
      resourcePolicy: document && { name: `the policy of table ${name}`, document },
      context: {
        ...(attributes.length > 0 && { 'dynamodb:Attributes': [...new Set(attributes)] }),
        ...leadingKeys(table, question),
        'dynamodb:Select': select,
        'dynamodb:ReturnValues': returnValues,
        'dynamodb:ReturnConsumedCapacity': returnConsumedCapacity,
        ...prefixed('aws:ResourceTag/', table?.record.tags ?? {}),
        ...question.context,
      },
    }
  }
}

/** The partition keys of all items that are named. */
function leadingKeys(table: Table | undefined, { keys = [], index }: TableQuestion): ContextValues {
  if (!table) return {}
  const key = index === undefined ? table.record.key : (indexOf(table.record, index) ?? table.record).key
  const values = keys.flatMap(item => scalarOf(item[key.partition]) ?? [])
  return values.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(values)] } : {}
}

/** The attributes of a table's key, which count among those that a call names. */
export const keyAttributes = (table: Table | undefined): readonly string[] => (table ? attributesOf(table.record) : [])

/** What a request's tags are for policies. */
export const requestTags = (tags: Readonly<Record<string, string>>): ContextValues => ({
  ...prefixed('aws:RequestTag/', tags),
  ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }),
})

const prefixed = (prefix: string, values: Readonly<Record<string, string>>): ContextValues =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))
