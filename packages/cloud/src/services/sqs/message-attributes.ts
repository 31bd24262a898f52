import { hash } from 'node:crypto'
import { InvalidParameterValue } from './errors.ts'
import { LONGEST_ATTRIBUTE_NAME, MOST_MESSAGE_ATTRIBUTES } from './limits.ts'
import type { MessageAttribute, MessageAttributes } from './message.ts'

/** Characters that a body and text values may have. Amazon SQS API Reference, "SendMessage" */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

export const hasForbiddenCharacters = (text: string): boolean => FORBIDDEN.test(text)

export const md5 = (text: string): string => hash('md5', text, 'hex')

/**
 * The digest that the SDKs check: of each attribute, by name, the lengths and bytes of its name, data type and value.
 * @see Amazon SQS Developer Guide, "Calculating the MD5 message digest for message attributes"
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes)
  if (names.length === 0) return undefined
  const parts = names.sort().flatMap(name => {
    const { dataType, text, binary } = attributes[name] ?? { dataType: '' }
    return binary === undefined
      ? [...lengthAndBytes(name), ...lengthAndBytes(dataType), TEXT, ...lengthAndBytes(text ?? '')]
      : [...lengthAndBytes(name), ...lengthAndBytes(dataType), BINARY, ...lengthAndBytes(Buffer.from(binary, 'base64'))]
  })
  return hash('md5', Buffer.concat(parts), 'hex')
}

const TEXT = Buffer.from([1])
const BINARY = Buffer.from([2])

function lengthAndBytes(value: string | Buffer): [Buffer, Buffer] {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

/** What counts for the limits of a message, bytes. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(body)
  for (const [name, { dataType, text, binary }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(dataType)
    size += binary === undefined ? Buffer.byteLength(text ?? '') : Buffer.from(binary, 'base64').length
  }
  return size
}

/**
 * @throws InvalidParameterValue
 * @see Amazon SQS Developer Guide, "Amazon SQS message metadata"
 */
export function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes)
  if (names.length > MOST_MESSAGE_ATTRIBUTES) {
    const found = `Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_MESSAGE_ATTRIBUTES}].`
    throw new InvalidParameterValue(found)
  }
  for (const name of names) {
    checkName(name)
    checkValue(name, attributes[name] ?? { dataType: '' })
  }
}

function checkName(name: string): void {
  const reason =
    name.length > LONGEST_ATTRIBUTE_NAME
      ? `Length of message attribute name must be less than ${LONGEST_ATTRIBUTE_NAME} bytes.`
      : !/^[A-Za-z0-9_.-]+$/.test(name) || /^\.|\.$|\.\./.test(name)
        ? "Can only include alphanumeric characters, hyphens, underscores, or dots, which can't be first, last or repeated."
        : /^(aws|amazon)\./i.test(name)
          ? "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'."
          : undefined
  if (reason !== undefined)
    throw new InvalidParameterValue(`The message attribute name '${name}' is invalid. ${reason}`)
}

function checkValue(name: string, { dataType, text, binary }: MessageAttribute): void {
  const bad = (reason: string) => new InvalidParameterValue(`The message attribute '${name}' ${reason}`)
  const [type] = dataType.split('.')
  if (type === '') throw bad('must contain a non-empty message attribute type.')
  if (dataType.length > LONGEST_ATTRIBUTE_NAME) throw bad(`has a type longer than ${LONGEST_ATTRIBUTE_NAME} bytes.`)
  if (type !== 'String' && type !== 'Number' && type !== 'Binary') {
    throw bad(
      'has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.',
    )
  }
  const value = type === 'Binary' ? binary : text
  const other = type === 'Binary' ? text : binary
  if (!value || other !== undefined) {
    throw bad(`must contain a non-empty value of its type '${dataType}', and nothing else.`)
  }
  if (type !== 'Binary' && hasForbiddenCharacters(value))
    throw bad('has a value with characters outside the allowed set.')
  if (type === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw bad("has a value that can't be cast to a number.")
  }
}

/** The attributes that a receiver asks for: `All`, `.*`, `prefix.*` or names. "ReceiveMessage" */
export function selectAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  if (wanted.length === 0) return {}
  const names = Object.keys(attributes).filter(name => wanted.some(each => means(each, name)))
  return Object.fromEntries(names.flatMap(name => (attributes[name] ? [[name, attributes[name]]] : [])))
}

function means(wanted: string, name: string): boolean {
  if (wanted === 'All' || wanted === '.*') return true
  return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -2)) : wanted === name
}
