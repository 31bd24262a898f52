import { TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { Journal } from './journal.ts'
import type { Supervisor } from './processes/supervisor.ts'

/** Carries out its part when a zone stops or starts. */
export type ZoneListener = (zone: Zone, up: boolean) => void | Promise<void>

/** The machines of a zone. */
export type ZonePower = Pick<Supervisor, 'freeze' | 'endFrozen'>

/**
 * The availability zones as units of failure. A zone stops silently: what runs there freezes, what is sent there gets no
 * answer, and nothing can be launched there until it starts again.
 *
 * @see AWS FIS User Guide, "AZ Availability: Power Interruption". differs: databases fail over and tasks stop, too
 */
export class Zones {
  readonly all: readonly Zone[]
  readonly #journal: Journal
  readonly #power: ZonePower
  readonly #stopped = new Set<Zone>()
  readonly #listeners = new Set<ZoneListener>()

  constructor(all: readonly Zone[], journal: Journal, power: ZonePower) {
    this.all = all
    this.#journal = journal
    this.#power = power
  }

  isUp(zone: Zone): boolean {
    return !this.#stopped.has(zone)
  }

  /** Resolves when every part has taken it in; a zone that is stopped already stays so. @throws ZONE_UNKNOWN */
  async stop(zone: Zone): Promise<void> {
    this.#check(zone)
    if (!this.isUp(zone)) return
    this.#stopped.add(zone)
    this.#power.freeze(zone)
    await this.#tell(zone, false)
  }

  /** @throws ZONE_UNKNOWN */
  async start(zone: Zone): Promise<void> {
    this.#check(zone)
    if (this.isUp(zone)) return
    await this.#power.endFrozen(zone)
    this.#stopped.delete(zone)
    await this.#tell(zone, true)
  }

  /** Listeners are told in the order in which they came. */
  onChange(listener: ZoneListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async #tell(zone: Zone, up: boolean): Promise<void> {
    this.#journal.write({
      kind: up ? 'zone.started' : 'zone.stopped',
      message: `${zone} ${up ? 'has started' : 'has stopped'}`,
      details: { zone },
    })
    await Promise.all([...this.#listeners].map(listener => listener(zone, up)))
  }

  #check(zone: Zone): void {
    if (this.all.includes(zone)) return
    throw new TerraceError('ZONE_UNKNOWN', `there is no zone ${zone}`, {
      hint: `the zones of this system are ${this.all.join(', ')}`,
    })
  }
}
