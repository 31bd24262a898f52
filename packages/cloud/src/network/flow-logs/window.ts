import type { Observation } from './observation.ts'

/** What an interface saw between two ends in one direction, with one outcome, in one window: a record. */
export type Summary = Observation

/** How many different flows of one interface a window keeps; what is over it is said as SKIPDATA. */
const MOST_FLOWS = 10_000

/** Sums up what the interfaces see until it is asked. */
export class Window {
  #rows = new Map<string, Map<string, Summary>>()
  #skipped = new Set<string>()

  add(row: Observation): void {
    const own = this.#rows.get(row.at.id) ?? new Map<string, Summary>()
    this.#rows.set(row.at.id, own)
    const key = [
      row.source,
      row.destination,
      row.sourcePort,
      row.destinationPort,
      row.packetSource,
      row.packetDestination,
      row.accepted,
      row.direction,
    ].join(' ')
    const known = own.get(key)
    if (!known && own.size >= MOST_FLOWS) return void this.#skipped.add(row.at.id)
    own.set(key, known ? sum(known, row) : row)
  }

  /** Everything since the last time, by interface. */
  take(): { readonly rows: ReadonlyMap<string, readonly Summary[]>; readonly skipped: ReadonlySet<string> } {
    const rows = new Map([...this.#rows].map(([id, own]) => [id, [...own.values()]]))
    const skipped = this.#skipped
    this.#rows = new Map()
    this.#skipped = new Set()
    return { rows, skipped }
  }
}

const sum = (a: Summary, b: Observation): Summary => ({
  ...a,
  packets: a.packets + b.packets,
  bytes: a.bytes + b.bytes,
  tcpFlags: a.tcpFlags | b.tcpFlags,
  startedAt: Math.min(a.startedAt, b.startedAt),
  endedAt: Math.max(a.endedAt, b.endedAt),
})
