import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser'
import { isoTime, Timestamp } from './time.ts'

/** A list whose items have a name of their own: RDS writes `<DBInstances><DBInstance>`. */
export class NamedList {
  readonly name: string
  readonly items: readonly unknown[]

  constructor(name: string, items: readonly unknown[]) {
    this.name = name
    this.items = items
  }
}

/** A list whose items stand in the parent itself, repeated under the member's name, as S3's `<Contents>`. */
export class FlatList {
  readonly items: readonly unknown[]

  constructor(items: readonly unknown[]) {
    this.items = items
  }
}

/** `namedList('DBInstance', […])` as a member's value. */
export const namedList = (name: string, items: readonly unknown[]): NamedList => new NamedList(name, items)

/** `flatList([…])` as a member's value. */
export const flatList = (items: readonly unknown[]): FlatList => new FlatList(items)

const builder = new XMLBuilder({ attributeNamePrefix: '@', ignoreAttributes: false, suppressEmptyNode: true })

/**
 * Writes one element. Members that are undefined are left out, moments are ISO 8601, lists are wrapped.
 *
 * @param item  what the items of a plain list are called: `member` for Query, `item` for EC2
 * @param namespace  its `xmlns`, when it has one
 */
export function writeXml(root: string, content: unknown, item: string, namespace?: string): string {
  const body = xmlForm(content, item)
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace }
  const element =
    typeof body === 'object' && body !== null ? { ...attributes, ...body } : { ...attributes, '#text': body }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${escapeControls(builder.build({ [root]: element }))}`
}

// Object keys may hold what a parser would normalize or refuse as it is; S3 writes them as references too.
const escapeControls = (xml: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to write
  xml.replace(/[\x00-\x08\x0b-\x1f]/g, character => `&#x${character.charCodeAt(0).toString(16)};`)

function xmlForm(value: unknown, item: string): unknown {
  if (value instanceof Timestamp) return isoTime(value.at)
  if (value instanceof FlatList) return value.items.map(each => xmlForm(each, item))
  if (value instanceof NamedList) return { [value.name]: value.items.map(each => xmlForm(each, value.name)) }
  if (Array.isArray(value)) return { [item]: value.map(each => xmlForm(each, item)) }
  if (typeof value !== 'object' || value === null) return value === undefined ? undefined : String(value ?? '')
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, xmlForm(member, item)]))
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  // Decodes numeric references too, which the plain setting leaves as they are.
  htmlEntities: true,
})

/**
 * Reads a document: elements become members, repeated ones lists (ask with `itemsOf`), all text stays text.
 *
 * @throws SyntaxError when it is not well-formed, nested too deep, and when it declares entities
 */
export function readXml(text: string): Readonly<Record<string, unknown>> {
  if (text.includes('<!DOCTYPE')) throw new SyntaxError('a document type declaration is not allowed')
  refuseDeep(text)
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new SyntaxError(valid.err.msg)
  const parsed: unknown = parser.parse(text)
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}

/** Deepest nesting of elements. AWS's own shapes stay below 10. */
const DEEPEST = 50

// Before the parser sees it, whose work for each element grows with its depth.
function refuseDeep(text: string): void {
  let depth = 0
  for (const [tag] of text.matchAll(/<[^!?][^>]*>?/g)) {
    if (tag.startsWith('</')) depth--
    else if (!tag.endsWith('/>') && ++depth > DEEPEST)
      throw new SyntaxError(`elements are nested deeper than ${DEEPEST}`)
  }
}

/** The items of an element that may occur never, once or often. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

/** A member of a parsed element; nothing when it has none. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
