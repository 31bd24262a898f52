import { type Instant, minutes, seconds } from '@terrace/kit'
import type { World } from '../../../world.ts'
import type { LogEvent } from '../log-groups.ts'
import { readEmbedded } from './read-embedded.ts'

type Surroundings = Pick<World, 'clock' | 'realtime' | 'metrics'>

/** Publishes the metrics that events hold in the embedded metric format, and counts what is wrong with others. */
export class EmbeddedMetrics {
  readonly #world: Surroundings

  constructor(world: Surroundings) {
    this.#world = world
  }

  apply(group: string, events: readonly LogEvent[]): void {
    let [unreadable, invalid] = [0, 0]
    for (const { message } of events) {
      const embedded = readEmbedded(message)
      if (embedded.kind === 'unreadable') unreadable++
      if (embedded.kind !== 'read') continue
      invalid += embedded.invalid
      const at = this.#cloudTime(embedded.at)
      for (const { namespace, name, dimensions, unit, values, resolution } of embedded.metrics) {
        const value = { values, counts: values.map(() => 1) }
        const every = resolution === 1 ? seconds(1) : minutes(1)
        this.#world.metrics.put({ namespace, name, dimensions, unit, at, value, resolution: every })
      }
    }
    this.#count(group, 'EMFParsingErrors', unreadable)
    this.#count(group, 'EMFValidationErrors', invalid)
  }

  /** @see CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics" */
  #count(group: string, name: string, value: number): void {
    if (value === 0) return
    this.#world.metrics.put({ namespace: 'AWS/Logs', name, dimensions: { LogGroupName: group }, unit: 'Count', value })
  }

  // Workloads write the time of this machine; with a time scale, alarms look at another one.
  #cloudTime(written: Instant): Instant {
    const [cloud, machine] = [this.#world.clock.now(), this.#world.realtime.now()]
    const isOfTheMachine = Math.abs(written - machine) < Math.abs(written - cloud)
    return isOfTheMachine ? cloud + (written - machine) : written
  }
}
