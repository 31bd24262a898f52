import type { z } from 'zod'
import { InvalidInput, type InvalidMember, MalformedMember, NotEmulated } from './errors.ts'

/** What is wrong with one member, as the shape found it. */
type Issue = z.core.$ZodIssue

/**
 * The error for an input that doesn't fit its shape, in the words of AWS's own validation: `Value 'x' at 'roleName' failed to
 * satisfy constraint: Member must have length less than or equal to 64`. Members begin with a small letter in it, whatever
 * they begin with on the wire.
 *
 * @param input  what was sent: its values are repeated, except where they are secret
 * @see AWS documentation "Common errors", ValidationError; smithy.io "Constraint traits"
 */
export function refusalOf(
  operation: string,
  error: z.ZodError,
  input: unknown,
): InvalidInput | MalformedMember | NotEmulated {
  const issues = error.issues.map(issue => deepest(issue))
  const unknown = issues.map(issue => unknownMember(issue, operation)).find(found => found !== undefined)
  if (unknown) return unknown
  const members = issues.map(issue => memberOf(issue, input))
  const malformed = members.find(({ kind }) => kind === 'malformed')
  return malformed ? new MalformedMember(malformed) : new InvalidInput(members)
}

function unknownMember(issue: Issue, operation: string): NotEmulated | undefined {
  const at = (path: readonly PropertyKey[]) => `the member ${path.join('.')} of ${operation}`
  if (issue.code === 'unrecognized_keys') return new NotEmulated(at([...issue.path, issue.keys[0] ?? '']))
  // Lists that must be empty, because nothing that could be in them is carried out.
  if (issue.code === 'invalid_type' && issue.expected === 'never') return new NotEmulated(at(issue.path))
  if (issue.code !== 'custom') return undefined
  const what: unknown = issue.params?.notEmulated
  return typeof what === 'string' ? new NotEmulated(`${what}, ${at(issue.path)},`) : undefined
}

/** Of the branches of a union the one that fits best: the one that found something wrong farther inside. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const branches = issue.errors.flatMap(([first]) => (first ? [deepest(first)] : []))
  const best = branches.find(isInside) ?? branches.find(({ code }) => code !== 'invalid_type') ?? branches[0]
  return best ? { ...best, path: [...issue.path, ...best.path] } : issue
}

const isInside = ({ path, code }: Issue) => path.length > 0 || code === 'unrecognized_keys'

function memberOf(issue: Issue, input: unknown): InvalidMember {
  const value = issue.path.reduce<unknown>((inside, part) => Reflect.get(Object(inside), part), input)
  const parameter = issue.path.map(part => (typeof part === 'number' ? String(part + 1) : String(part))).join('.')
  const at = issue.path
    .map((part, i) => (typeof part === 'number' ? `.${part + 1}.member` : `${i > 0 ? '.' : ''}${small(String(part))}`))
    .join('')
  const member = { parameter, at: at || 'input', value: textOf(issue.path.at(-1), value) }
  if (value === undefined) return { ...member, kind: 'missing', constraint: 'Member must not be null' }
  const mismatch = mismatchOf(issue, value)
  if (mismatch !== undefined) return { ...member, kind: 'malformed', constraint: mismatch }
  return { ...member, kind: 'invalid', constraint: constraintOf(issue) }
}

const small = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** AWS leaves out what is sensitive. */
const SENSITIVE = /(password|plaintext|secretString|secretBinary|secretAccessKey)$/i

/** Longest value that an answer repeats. */
const LONGEST_VALUE = 1000

function textOf(name: PropertyKey | undefined, value: unknown): string | undefined {
  if (typeof name === 'string' && SENSITIVE.test(name)) return undefined
  const isPlain = (item: unknown) => ['string', 'number', 'boolean'].includes(typeof item)
  if (isPlain(value)) return String(value).slice(0, LONGEST_VALUE)
  return Array.isArray(value) && value.every(isPlain) ? `[${value.join(', ')}]`.slice(0, LONGEST_VALUE) : undefined
}

/** What can't be read at all, as AWS's deserializer says it; nothing when only a constraint is broken. */
function mismatchOf(issue: Issue, value: unknown): string | undefined {
  if (issue.code === 'invalid_format' && issue.format === 'base64') return 'Invalid Base64 encoding'
  const isText = issue.code === 'invalid_format' && NOT_READ.some(text => issue.message.endsWith(text))
  if (issue.code !== 'invalid_type' && !isText) return undefined
  if (Array.isArray(value)) return 'Start of list found where not expected'
  if (typeof value === 'object') return 'Start of structure or map found where not expected'
  const expected = issue.code === 'invalid_type' ? issue.expected : 'number'
  const from = typeof value === 'string' ? 'STRING_VALUE' : typeof value === 'number' ? 'NUMBER_VALUE' : 'TRUE_VALUE'
  if (expected === 'array' || expected === 'object' || expected === 'record') return 'Unexpected field type'
  return `${value === false ? 'FALSE_VALUE' : from} can not be converted to ${TYPES[expected] ?? 'the expected type'}`
}

/** What the wire types of `api.ts` say of a text that isn't one of theirs. */
const NOT_READ = ['must be a whole number', 'must be a number']

const TYPES: Readonly<Record<string, string>> = {
  string: 'String',
  number: 'Integer',
  int: 'Integer',
  boolean: 'Boolean',
}

function constraintOf(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return isLong(issue.origin)
        ? `Member must have length greater than or equal to ${issue.minimum}`
        : `Member must have value greater than ${issue.inclusive === false ? '' : 'or equal to '}${issue.minimum}`
    case 'too_big':
      return isLong(issue.origin)
        ? `Member must have length less than or equal to ${issue.maximum}`
        : `Member must have value less than ${issue.inclusive === false ? '' : 'or equal to '}${issue.maximum}`
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`
    case 'invalid_format': {
      const pattern = 'prefix' in issue ? `/^${issue.prefix}.*$/` : issue.pattern
      if (issue.format !== 'regex' && issue.format !== 'starts_with') return ownWords(issue.message)
      if (pattern === undefined) return ownWords(issue.message)
      return `Member must satisfy regular expression pattern: ${pattern.replace(/^\/\^?|\$?\/[a-z]*$/g, '')}`
    }
    default:
      return ownWords(issue.message)
  }
}

const isLong = (origin: string) => origin === 'string' || origin === 'array'

const ownWords = (message: string) =>
  message.startsWith('Member ')
    ? message
    : message.startsWith('must ')
      ? `Member ${message}`
      : `Member must have ${message}`
