import { InvalidParameter } from '../errors.ts'
import { LARGEST_FILTER_BYTES, MOST_FILTER_COMBINATIONS, MOST_FILTER_KEYS } from '../limits.ts'
import { arrayOf, type MessageAttributes } from '../message-attributes.ts'
import { BadFilter, isRecord, type Matcher, matcherOf, onlyEntry } from './matchers.ts'

/** Where a filter policy looks. */
export type FilterScope = 'MessageAttributes' | 'MessageBody'

/** What a subscription wants to have in its messages. */
export interface FilterPolicy {
  readonly scope: FilterScope
  /** Why a message is not delivered, as the metrics say it; nothing when it is. */
  refusalOf(message: { readonly body: string; readonly attributes: MessageAttributes }): Refusal | undefined
}

/** What CloudWatch counts apart. Amazon SNS Developer Guide, "Monitoring Amazon SNS topics using CloudWatch" */
export type Refusal = 'NoMessageAttributes' | 'MessageAttributes' | 'MessageBody' | 'InvalidMessageBody'

/** Whether the fields of a message pass. */
type Test = (fields: Readonly<Record<string, unknown>>) => boolean

/** A part of a policy, and how many combinations of values it asks for. */
interface Part {
  readonly test: Test
  readonly combinations: number
}

/**
 * Reads a policy; nothing for an empty one, which lets everything pass. All keys have to be met, and of each key one of
 * its values; of a list in the message one element is enough.
 *
 * @param prefix  what the error begins with: `Attributes Reason: ` when it came with a subscription
 * @throws InvalidParameter
 * @see Amazon SNS Developer Guide, "Amazon SNS subscription filter policies", "Filter policy constraints"
 */
export function filterPolicyOf(text: string, scope: FilterScope, prefix = ''): FilterPolicy | undefined {
  try {
    if (Buffer.byteLength(text) > LARGEST_FILTER_BYTES) throw new BadFilter('Filter policy is too large')
    const policy = parse(text)
    if (Object.keys(policy).length === 0) return undefined
    const keys = keysOf(policy)
    if (keys > MOST_FILTER_KEYS) throw new BadFilter('Filter policy can not have more than 5 keys')
    const { test, combinations } = partOf(policy, scope, 1)
    if (combinations > MOST_FILTER_COMBINATIONS) throw new BadFilter('Filter policy is too complex')
    return { scope, refusalOf: message => refusal(scope, test, message) }
  } catch (error) {
    if (error instanceof BadFilter) throw new InvalidParameter(`${prefix}FilterPolicy: ${error.message}`)
    throw error
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw new BadFilter('failed to parse JSON.')
  }
  if (isRecord(policy)) return policy
  throw new BadFilter('Filter policy must be an object')
}

/** Those at the top; `$or` has the keys of its alternatives. */
function keysOf(policy: Readonly<Record<string, unknown>>): number {
  const names = new Set<string>()
  const collect = (part: Readonly<Record<string, unknown>>) => {
    for (const [key, value] of Object.entries(part)) {
      if (key !== '$or' || !Array.isArray(value)) names.add(key)
      else for (const alternative of value.filter(isRecord)) collect(alternative)
    }
  }
  collect(policy)
  return names.size
}

/** @param depth  of the keys of this policy, counted from 1: values of deeper ones count more */
function partOf(policy: Readonly<Record<string, unknown>>, scope: FilterScope, depth: number): Part {
  const parts = Object.entries(policy).map(([key, value]): Part => {
    if (key === '$or' && Array.isArray(value)) return anyOf(value, scope, depth)
    if (Array.isArray(value)) {
      const { test, values } = conditionsOf(value)
      return { test: fields => test(fields, key), combinations: values * depth }
    }
    if (!isRecord(value)) throw new BadFilter(`"${key}" must be an object or an array`)
    if (scope === 'MessageAttributes') {
      throw new BadFilter('Filter policy scope MessageAttributes does not support nested filter policy')
    }
    if (Object.keys(value).length === 0) throw new BadFilter('Empty objects are not allowed')
    const inner = partOf(value, scope, depth + 1)
    return {
      test: fields =>
        elementsOf(Object.hasOwn(fields, key) ? fields[key] : {}).some(each => isRecord(each) && inner.test(each)),
      combinations: inner.combinations,
    }
  })
  return {
    test: fields => parts.every(({ test }) => test(fields)),
    combinations: parts.reduce((product, each) => product * each.combinations, 1),
  }
}

function anyOf(alternatives: readonly unknown[], scope: FilterScope, depth: number): Part {
  if (alternatives.length < 2) throw new BadFilter('There must have at least 2 Objects in "$or" relationship')
  const parts = alternatives.map(each => {
    if (!isRecord(each) || Object.keys(each).length === 0) throw new BadFilter('"$or" takes a list of objects')
    return partOf(each, scope, depth)
  })
  return {
    test: fields => parts.some(({ test }) => test(fields)),
    combinations: parts.reduce((sum, each) => sum + each.combinations, 0),
  }
}

type KeyTest = (fields: Readonly<Record<string, unknown>>, key: string) => boolean

function conditionsOf(conditions: readonly unknown[]): { readonly test: KeyTest; readonly values: number } {
  if (conditions.length === 0) throw new BadFilter('Empty arrays are not allowed')
  const tests = conditions.map((condition): KeyTest => {
    if (!isRecord(condition) || !Object.hasOwn(condition, 'exists')) return ofValues(matcherOf(condition))
    const [, wanted] = onlyEntry(condition)
    if (typeof wanted !== 'boolean') throw new BadFilter('exists match pattern must be either true or false.')
    return (fields, key) => Object.hasOwn(fields, key) === wanted
  })
  return {
    test: (fields, key) => tests.some(test => test(fields, key)),
    values: conditions.reduce<number>((sum, condition) => sum + valuesIn(condition), 0),
  }
}

const ofValues =
  (matches: Matcher): KeyTest =>
  (fields, key) =>
    Object.hasOwn(fields, key) && elementsOf(fields[key]).some(value => matches(value))

/** A list of `anything-but` counts with each of its values. */
function valuesIn(condition: unknown): number {
  const excluded = isRecord(condition) ? condition['anything-but'] : undefined
  return Array.isArray(excluded) ? excluded.length : 1
}

const elementsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

function refusal(
  scope: FilterScope,
  test: Test,
  { body, attributes }: { readonly body: string; readonly attributes: MessageAttributes },
): Refusal | undefined {
  if (scope === 'MessageBody') {
    const fields = fieldsOfBody(body)
    if (!fields) return 'InvalidMessageBody'
    return test(fields) ? undefined : 'MessageBody'
  }
  if (test(fieldsOfAttributes(attributes))) return undefined
  return Object.keys(attributes).length === 0 ? 'NoMessageAttributes' : 'MessageAttributes'
}

function fieldsOfBody(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return isRecord(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Binary ones don't count. */
function fieldsOfAttributes(attributes: MessageAttributes): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {}
  for (const [name, { dataType, text = '' }] of Object.entries(attributes)) {
    if (dataType.startsWith('Binary')) continue
    if (dataType === 'String.Array') fields[name] = arrayOf(text)
    else fields[name] = dataType.startsWith('Number') ? Number(text) : text
  }
  return fields
}
