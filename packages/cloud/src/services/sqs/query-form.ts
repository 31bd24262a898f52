import { flatList } from '../../gateway/xml.ts'

// The Query protocol calls some members otherwise than JSON does, and writes maps as lists of names and values. The
// operations know JSON's form alone. Amazon SQS API Reference, "Sample Request" of each action (API version 2012-11-05)

/** Lists: what their items are called in a form, and the member. */
const LISTS: Readonly<Record<string, string>> = {
  ActionName: 'Actions',
  AttributeName: 'AttributeNames',
  AWSAccountId: 'AWSAccountIds',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  TagKey: 'TagKeys',
}

/** Maps: what their entries are called, the member, and what names and values are called in an entry. */
const MAPS: Readonly<Record<string, MapForm>> = {
  Attribute: { member: 'Attributes', key: 'Name', value: 'Value' },
  MessageAttribute: { member: 'MessageAttributes', key: 'Name', value: 'Value' },
  MessageSystemAttribute: { member: 'MessageSystemAttributes', key: 'Name', value: 'Value' },
  Tag: { member: 'Tags', key: 'Key', value: 'Value' },
}

interface MapForm {
  readonly member: string
  readonly key: string
  readonly value: string
}

/** An input as JSON has it, whichever protocol it came by. */
export function fromQuery(input: unknown): unknown {
  if (!isRecord(input)) return input
  return Object.fromEntries(Object.entries(input).map(([name, value]) => memberOf(name, value)))
}

function memberOf(name: string, value: unknown): [string, unknown] {
  const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined
  if (list !== undefined) return [list, itemsOf(value).map(fromQuery)]
  const map = Object.hasOwn(MAPS, name) ? MAPS[name] : undefined
  if (!map) return [name, value]
  return [map.member, Object.fromEntries(itemsOf(value).map(entry => entryOf(entry, map)))]
}

/** A single one may stand without its number. */
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === '' ? [] : [value])

function entryOf(entry: unknown, { key, value }: MapForm): [string, unknown] {
  if (!isRecord(entry)) return ['', entry]
  return [String(entry[key] ?? ''), entry[value] ?? '']
}

/** What members of answers are called in XML; lists repeat it. */
const ELEMENTS: Readonly<Record<string, string>> = {
  Failed: 'BatchResultErrorEntry',
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  Results: 'ListMessageMoveTasksResultEntry',
  queueUrls: 'QueueUrl',
}

/**
 * An answer that both protocols can write: JSON as it is, XML with its own names.
 *
 * @param entries  what the items of `Successful` are called in XML
 */
export class Answer {
  readonly #json: object

  constructor(json: object, entries?: string) {
    this.#json = json
    for (const [name, value] of Object.entries(json)) {
      if (value === undefined) continue
      const map = Object.values(MAPS).find(({ member }) => member === name)
      const element = map ? elementOf(map) : name === 'Successful' ? (entries ?? name) : (ELEMENTS[name] ?? name)
      // Made when it is asked for: most answers are JSON.
      Object.defineProperty(this, element, { enumerable: true, get: () => xmlOf(value, map) })
    }
  }

  toJSON(): object {
    return this.#json
  }
}

const elementOf = (map: MapForm): string => Object.keys(MAPS).find(name => MAPS[name] === map) ?? map.member

function xmlOf(value: unknown, map: MapForm | undefined): unknown {
  if (map && isRecord(value)) {
    return flatList(
      Object.entries(value).map(([name, item]) => ({ [map.key]: name, [map.value]: xmlOf(item, undefined) })),
    )
  }
  if (Array.isArray(value)) return flatList(value.map(item => xmlOf(item, undefined)))
  return isRecord(value) ? new Answer(value) : value
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
