import { ParameterValueInvalid } from './errors.ts'

/** An attribute of a message; binary values in base64. */
export interface MessageAttribute {
  /** `String`, `String.Array`, `Number` or `Binary`, and whatever follows it. */
  readonly dataType: string
  readonly text?: string | undefined
  readonly binary?: string | undefined
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

const LONGEST_NAME = 256

/**
 * @throws ParameterValueInvalid
 * @see Amazon SNS Developer Guide, "Amazon SNS message attributes"
 */
export function checkAttributes(attributes: MessageAttributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    checkName(name)
    checkValue(name, attribute)
  }
}

function checkName(name: string): void {
  const reason =
    name === ''
      ? 'must not be empty'
      : name.length > LONGEST_NAME
        ? `must be at most ${LONGEST_NAME} characters long`
        : !/^[A-Za-z0-9_.-]+$/.test(name)
          ? 'can contain alphanumeric characters, hyphens, underscores and dots alone'
          : /^\.|\.$|\.\./.test(name)
            ? 'must not begin or end with a dot, or have two of them in a row'
            : /^(aws|amazon)\./i.test(name)
              ? "must not begin with 'AWS.' or 'Amazon.'"
              : undefined
  if (reason !== undefined) throw new ParameterValueInvalid(`The message attribute name '${name}' ${reason}.`)
}

function checkValue(name: string, { dataType, text, binary }: MessageAttribute): void {
  const bad = (reason: string) => new ParameterValueInvalid(`The message attribute '${name}' ${reason}`)
  const [type] = dataType.split('.')
  if (type === '') throw bad('must contain non-empty message attribute type.')
  if (type !== 'String' && type !== 'Number' && type !== 'Binary') {
    throw bad(
      'has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.',
    )
  }
  const value = type === 'Binary' ? binary : text
  const other = type === 'Binary' ? text : binary
  if (!value || other !== undefined) {
    throw bad(`must contain non-empty message attribute value for message attribute type '${dataType}'.`)
  }
  if (type === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw bad(`has an invalid value '${value}': it is not a number.`)
  }
  if (dataType === 'String.Array' && arrayOf(value) === undefined) {
    throw bad('must be a JSON array of strings, numbers, booleans and nulls, because its type is String.Array.')
  }
}

/** The values of a `String.Array`; nothing when it isn't one. */
export function arrayOf(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return undefined
    return parsed.every(value => value === null || typeof value !== 'object') ? parsed : undefined
  } catch {
    return undefined
  }
}

/** What counts for the limit of a message, bytes. */
export function sizeOf(attributes: MessageAttributes): number {
  let size = 0
  for (const [name, { dataType, text, binary }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(dataType)
    size += binary === undefined ? Buffer.byteLength(text ?? '') : Buffer.from(binary, 'base64').length
  }
  return size
}
