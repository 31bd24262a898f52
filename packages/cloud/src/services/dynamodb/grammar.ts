import { createRequire } from 'node:module'
import { AwsError, NotEmulated } from '../../gateway/errors.ts'
import type { AttributeValue } from './values/attribute-value.ts'
import type { Condition } from './values/condition.ts'
import type { Path } from './values/path.ts'
import type { UpdateAction } from './values/update.ts'

/** The operations whose input dynalite checks. */
export type CheckedOperation =
  | 'batchGetItem'
  | 'batchWriteItem'
  | 'createTable'
  | 'deleteItem'
  | 'getItem'
  | 'putItem'
  | 'query'
  | 'scan'
  | 'updateItem'

/** What the expressions of an input say. */
export interface Expressions {
  readonly condition?: Condition
  readonly filter?: Condition
  readonly update?: { readonly actions: readonly UpdateAction[]; readonly paths: readonly Path[] }
  readonly projection?: readonly Path[]
  readonly keyConditions?: Readonly<Record<string, KeyCondition>>
}

export interface KeyCondition {
  readonly ComparisonOperator: 'EQ' | 'LT' | 'LE' | 'GT' | 'GE' | 'BETWEEN' | 'BEGINS_WITH'
  readonly AttributeValueList: readonly AttributeValue[]
}

interface Parsed {
  readonly _condition?: { readonly expression: Condition }
  readonly _filter?: { readonly expression: Condition }
  readonly _updates?: { readonly sections: readonly UpdateAction[]; readonly paths: readonly Path[] }
  readonly _projection?: { readonly paths: readonly Path[] }
  readonly KeyConditions?: Readonly<Record<string, KeyCondition>>
}

interface Rules {
  readonly types: object
  readonly custom?: unknown
}

interface Validations {
  checkTypes<Input>(input: Input, types: object): Input
  checkValidations(input: unknown, types: object, custom: unknown, store: unknown): void
}

interface Keys {
  hashPrefix(value: string, type: string): string
  toRangeStr(value: string, type: string): string
}

// What dynalite has beside its server has no types and no names of its own.
const require = createRequire(import.meta.url)
const validations: Validations = require('dynalite/validations')
const keys: Keys = require('dynalite/db')
const RULES: Readonly<Record<CheckedOperation, Rules>> = {
  batchGetItem: require('dynalite/validations/batchGetItem'),
  batchWriteItem: require('dynalite/validations/batchWriteItem'),
  createTable: require('dynalite/validations/createTable'),
  deleteItem: require('dynalite/validations/deleteItem'),
  getItem: require('dynalite/validations/getItem'),
  putItem: require('dynalite/validations/putItem'),
  query: require('dynalite/validations/query'),
  scan: require('dynalite/validations/scan'),
  updateItem: require('dynalite/validations/updateItem'),
}

/** Sizes are looked at where they are right: dynalite counts characters. */
const ANY_SIZE = { options: { maxItemSize: Number.POSITIVE_INFINITY } }

/**
 * An input whose values and expressions are right by themselves, whatever the table; with what its expressions say. In the
 * order and in the words of DynamoDB, as dynalite knows them.
 *
 * @throws AwsError ValidationException, SerializationException
 */
export function checked<Input extends object>(operation: CheckedOperation, input: Input): Input & Expressions {
  const { types, custom } = RULES[operation]
  refuseProto(input)
  const data = blaming(() => {
    // What is checked is changed: numbers get their one form.
    const copy = validations.checkTypes(structuredClone(input), types)
    validations.checkValidations(copy, types, custom, ANY_SIZE)
    return copy
  })
  return { ...input, ...data, ...expressionsOf(data) }
}

/** What the expressions of an input say that is checked. */
export function expressionsOf(input: object): Expressions {
  const { _condition, _filter, _updates, _projection, KeyConditions }: Parsed = input
  return {
    ...(_condition && { condition: _condition.expression }),
    ...(_filter && { filter: _filter.expression }),
    ...(_updates && { update: { actions: _updates.sections, paths: _updates.paths } }),
    ...(_projection && { projection: _projection.paths }),
    ...(KeyConditions && { keyConditions: KeyConditions }),
  }
}

/** dynalite would lose an attribute of this name. */
function refuseProto(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) throw new NotEmulated('an attribute with the name __proto__')
  for (const each of Object.values(value)) refuseProto(each)
}

function blaming<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    const { statusCode, body } = Object(error)
    if (typeof statusCode !== 'number' || typeof body?.__type !== 'string') throw error
    const code = body.__type.slice(body.__type.indexOf('#') + 1)
    throw new AwsError(code, statusCode, body.message ?? body.Message ?? '', { cause: error })
  }
}

/** A partition key as text, which spreads the keys over 24 bits and begins every key of its items. */
export const partitionText = (value: string, type: string): string =>
  `${keys.hashPrefix(value, type)}/${sortText(value, type)}/`

/** A value of a key as text of hexadecimal digits in the order of the values. */
export const sortText = (value: string, type: string): string => keys.toRangeStr(value, type)
