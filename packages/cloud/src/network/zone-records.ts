import type { NamedRecord, NamedZone } from './network.ts'

/** The records of one hosted zone, asked as a name server asks them. */
export class ZoneRecords {
  readonly zone: NamedZone
  readonly name: string
  readonly #records: ReadonlyMap<string, NamedRecord>
  readonly #existing: ReadonlySet<string>

  constructor(zone: NamedZone) {
    this.zone = zone
    this.name = plainName(zone.name)
    this.#records = new Map(zone.records.map(record => [plainName(record.name), record]))
    this.#existing = this.#withEmptyOnes()
  }

  /** Names that have a record, or stand between one and the apex; wildcards excepted. */
  get names(): readonly string[] {
    return [...this.#existing].filter(name => !name.startsWith('*.'))
  }

  get hasWildcards(): boolean {
    return [...this.#records.keys()].some(name => name.startsWith('*.'))
  }

  /** Whether a name lies in the zone. */
  holds(name: string): boolean {
    return name === this.name || name.endsWith(`.${this.name}`)
  }

  /** The record of a name, or of the wildcard that stands for it; nothing: no such name, or it has no address. */
  find(name: string): NamedRecord | undefined {
    return this.#existing.has(name) ? this.#records.get(name) : this.#wildcardFor(name)
  }

  /** The record of whatever lies below an existing name and doesn't exist. */
  below(name: string): NamedRecord | undefined {
    return this.#records.get(`*.${name}`)
  }

  // Only the wildcard right below the closest name that exists counts (RFC 4592, 3.3.1).
  #wildcardFor(name: string): NamedRecord | undefined {
    for (let parent = parentOf(name); this.holds(parent); parent = parentOf(parent)) {
      if (this.#existing.has(parent)) return this.below(parent)
    }
    return undefined
  }

  #withEmptyOnes(): ReadonlySet<string> {
    const existing = new Set([this.name])
    for (const record of this.#records.keys()) {
      const name = record.startsWith('*.') ? parentOf(record) : record
      for (let parent = name; this.holds(parent) && parent !== this.name; parent = parentOf(parent))
        existing.add(parent)
    }
    return existing
  }
}

/** In lower case, without the final dot, with `*` as itself: Route 53 writes it `\052`. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\\052/, '*')

const parentOf = (name: string): string => {
  const dot = name.indexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}
