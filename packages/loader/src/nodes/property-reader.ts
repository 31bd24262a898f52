import type { Place } from '@terrace/kit'
import { loadError } from '../errors.ts'
import { describe, type MappingNode, type ScalarNode, type TemplateNode, toPlain } from '../read/template-node.ts'
import { didYouMean } from '../suggest.ts'
import type { PathTrace, PropertyOutcome } from './property-trace.ts'

const READ: PropertyOutcome = { kind: 'read' }

/** A property that no reader asked for. */
export interface UnreadProperty {
  readonly path: string
  readonly line: number
}

/** Bounds of a number, both included. */
export interface Range {
  readonly least: number
  readonly most: number
}

/**
 * Reads the properties of a resource and remembers which were read, so that what nobody asked for can be listed. Types
 * are coerced as CloudFormation does: "1" is 1, "true" is true, and the other way round.
 *
 * Every method but `has` and `line` counts the property as read, and throws LOAD_BAD_PROPERTY with path and line when
 * the value has the wrong type.
 */
export class PropertyReader {
  /** Such as `Resources.Web.Properties`. */
  readonly path: string
  readonly place: Place
  readonly #node: MappingNode
  readonly #trace: PathTrace | undefined
  readonly #read = new Set<string>()
  /** By path: what is read twice must count as read in both. */
  readonly #inner = new Map<string, PropertyReader>()

  constructor(node: MappingNode, path: string, file: string, trace?: PathTrace) {
    this.#node = node
    this.#trace = trace
    this.path = path
    this.place = { file, line: node.line }
  }

  has(key: string): boolean {
    return this.#node.entries.has(key)
  }

  /** Where a property is, or the whole when it is not there. */
  placeOf(key: string): Place {
    return { ...this.place, line: this.#node.entries.get(key)?.line ?? this.#node.line }
  }

  pathOf(key: string): string {
    return `${this.path}.${key}`
  }

  text(key: string): string | undefined {
    return this.#scalar(key, 'text')?.text
  }

  requiredText(key: string): string {
    return this.text(key) ?? this.#missing(key)
  }

  number(key: string, range?: Range): number | undefined {
    const node = this.#scalar(key, 'a number')
    if (!node) return undefined
    const number =
      typeof node.value === 'number' ? node.value : node.text.trim() === '' ? Number.NaN : Number(node.text)
    if (Number.isFinite(number) && (!range || (number >= range.least && number <= range.most))) return number
    throw this.bad(key, range ? `a number from ${range.least} to ${range.most}` : 'a number')
  }

  requiredNumber(key: string, range?: Range): number {
    return this.number(key, range) ?? this.#missing(key)
  }

  boolean(key: string): boolean | undefined {
    const node = this.#scalar(key, 'true or false')
    if (!node) return undefined
    const text = node.text.toLowerCase()
    if (node.value === true || text === 'true') return true
    if (node.value === false || text === 'false') return false
    throw this.bad(key, 'true or false')
  }

  /** One of the texts that are allowed. */
  oneOf<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const found = allowed.find(value => value === text)
    if (found !== undefined) return found
    throw this.bad(key, `one of ${allowed.join(', ')}`, didYouMean(text, allowed))
  }

  /** A list of texts; empty when the property is not there. */
  texts(key: string): readonly string[] {
    return this.#items(key).map(item => {
      if (item.kind === 'scalar' && item.value !== null) return item.text
      throw this.bad(key, `a list of texts, but one item is ${describe(item)}`)
    })
  }

  object(key: string): PropertyReader | undefined {
    const node = this.#take(key)
    if (!node) return undefined
    if (node.kind !== 'mapping') throw this.bad(key, 'a mapping')
    return this.#child(node, this.pathOf(key))
  }

  requiredObject(key: string): PropertyReader {
    return this.object(key) ?? this.#missing(key)
  }

  /** A list of mappings; empty when the property is not there. */
  objects(key: string): readonly PropertyReader[] {
    return this.#items(key).map((item, index) => {
      if (item.kind === 'mapping') return this.#child(item, `${this.pathOf(key)}.${index}`)
      throw this.bad(key, `a list of mappings, but one item is ${describe(item)}`)
    })
  }

  /** A mapping of texts to texts; empty when the property is not there. */
  dictionary(key: string): Readonly<Record<string, string>> {
    const node = this.#take(key)
    if (!node) return {}
    if (node.kind !== 'mapping') throw this.bad(key, 'a mapping')
    return Object.fromEntries(
      [...node.entries].map(([name, value]) => {
        if (value.kind === 'scalar') return [name, value.text]
        throw this.bad(key, `a mapping of texts, but ${name} is ${describe(value)}`)
      }),
    )
  }

  /** The property as plain values, whatever it is. */
  plain(key: string): unknown {
    const node = this.#take(key)
    return node && toPlain(node)
  }

  /** The property as it was read, with lines. */
  node(key: string): TemplateNode | undefined {
    return this.#take(key)
  }

  keys(): readonly string[] {
    return [...this.#node.entries.keys()]
  }

  /** Counts properties as read whose values are part of the resource's names, or come in by another way. */
  readElsewhere(...keys: readonly string[]): void {
    for (const key of keys) this.#count(key, READ)
  }

  /** Counts properties as understood that make no difference to what is modelled: property → why it is harmless. */
  withoutEffect(reasons: Readonly<Record<string, string>>): void {
    for (const [key, because] of Object.entries(reasons)) this.#count(key, { kind: 'withoutEffect', because })
  }

  /** Counts properties as understood that a gap has listed already. */
  listed(because: string, ...keys: readonly string[]): void {
    for (const key of keys) this.#count(key, { kind: 'listed', whatever: false, because })
  }

  /** Tells of an attribute in a list of Key and Value; what is read of the list itself is up to its reader. */
  traceAttribute(list: string, key: string, present: boolean, outcome: PropertyOutcome): void {
    this.#trace?.(`${this.pathOf(list)}(${key})`, present, outcome)
  }

  /** What nobody asked for, also inside of what was read. */
  unread(): readonly UnreadProperty[] {
    const own = [...this.#node.entries]
      .filter(([key]) => !this.#read.has(key))
      .map(([key, { line }]) => ({ path: this.pathOf(key), line }))
    return [...own, ...[...this.#inner.values()].flatMap(reader => reader.unread())]
  }

  /** The error for a property with a value that is not allowed. */
  bad(key: string, allowed: string, suggestion = '') {
    const node = this.#node.entries.get(key)
    const found = node ? describe(node) : 'missing'
    return loadError(
      'LOAD_BAD_PROPERTY',
      `${this.pathOf(key)} must be ${allowed}, not ${found}${suggestion}`,
      this.placeOf(key),
    )
  }

  #missing(key: string): never {
    throw loadError('LOAD_MISSING_PROPERTY', `${this.pathOf(key)} is missing, but required`, this.place)
  }

  #count(key: string, outcome: PropertyOutcome): void {
    this.#read.add(key)
    this.#trace?.(this.pathOf(key), this.has(key), outcome)
  }

  #take(key: string): TemplateNode | undefined {
    this.#count(key, READ)
    const node = this.#node.entries.get(key)
    if (node?.kind === 'scalar' && node.value === null) throw this.bad(key, 'a value; CloudFormation takes no null')
    return node
  }

  #scalar(key: string, what: string): ScalarNode | undefined {
    const node = this.#take(key)
    if (node && node.kind !== 'scalar') throw this.bad(key, what)
    return node
  }

  #items(key: string): readonly TemplateNode[] {
    const node = this.#take(key)
    if (node && node.kind !== 'sequence') throw this.bad(key, 'a list')
    return node?.items ?? []
  }

  #child(node: MappingNode, path: string): PropertyReader {
    const reader = this.#inner.get(path) ?? new PropertyReader(node, path, this.place.file, this.#trace)
    this.#inner.set(path, reader)
    return reader
  }
}
