import { loadError } from '../errors.ts'
import { didYouMean } from '../suggest.ts'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'
import type { PropertyOutcome } from './property-trace.ts'

/**
 * Attributes given as a list of Key and Value, as Elastic Load Balancing takes them. Keys that nobody reads become
 * gaps when `finish` is called.
 */
export class AttributeList {
  readonly #context: BuildContext
  readonly #property: string
  readonly #items: ReadonlyMap<string, PropertyReader>
  readonly #read = new Set<string>()

  constructor(context: BuildContext, property: string) {
    this.#context = context
    this.#property = property
    const items = context.properties.objects(property)
    this.#items = new Map(items.map(item => [item.requiredText('Key'), item]))
    for (const item of items) item.readElsewhere('Value')
  }

  text(key: string): string | undefined {
    this.#count(key, { kind: 'read' })
    return this.#items.get(key)?.text('Value')
  }

  flag(key: string, otherwise: boolean): boolean {
    this.#count(key, { kind: 'read' })
    return this.#items.get(key)?.boolean('Value') ?? otherwise
  }

  number(key: string, otherwise: number, range?: { readonly least: number; readonly most: number }): number {
    this.#count(key, { kind: 'read' })
    return this.#items.get(key)?.number('Value', range) ?? otherwise
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
    this.#count(key, { kind: 'read' })
    return this.#items.get(key)?.oneOf('Value', allowed) ?? otherwise
  }

  /** A number, or nothing for `off`. */
  numberOrOff(key: string, otherwise: number | undefined, range: { readonly least: number; readonly most: number }) {
    if (this.text(key) === 'off') return undefined
    return this.#items.get(key)?.number('Value', range) ?? otherwise
  }

  /** Attributes that switch on what is not done here: a gap when one does. */
  notDone(keys: readonly string[], message: string): void {
    for (const key of keys) {
      this.#count(key, { kind: 'listed', whatever: true, because: message })
      const item = this.#items.get(key)
      if (item?.boolean('Value')) this.#context.gap('property', item.path, item.place.line, `${key}: ${message}`)
    }
  }

  /** Attribute → why it is harmless. */
  withoutEffect(reasons: Readonly<Record<string, string>>): void {
    for (const [key, because] of Object.entries(reasons)) this.#count(key, { kind: 'withoutEffect', because })
  }

  /** @throws TerraceError LOAD_BAD_PROPERTY for a key that looks like a misspelt one */
  finish(): void {
    for (const [key, item] of this.#items) {
      if (this.#read.has(key)) continue
      const near = didYouMean(key, this.#read)
      if (near)
        throw loadError('LOAD_BAD_PROPERTY', `${item.path}.Key: there is no attribute "${key}"${near}`, item.place)
      this.#context.gap(
        'property',
        item.path,
        item.place.line,
        `the attribute ${key} is not understood; it has no effect here`,
      )
    }
  }

  #count(key: string, outcome: PropertyOutcome): void {
    this.#read.add(key)
    this.#context.properties.traceAttribute(this.#property, key, this.#items.has(key), outcome)
  }
}
