import type { Instant, Stop } from '@terrace/kit'
import { at } from '../../scaling/long-timer.ts'
import type { World } from '../../world.ts'
import type { BusEvent } from './event.ts'
import type { Router } from './router.ts'
import type { Rule } from './rule.ts'
import type { Buses } from './state.ts'

/** Runs the rules that have a schedule. */
export class Scheduler {
  readonly #world: Pick<World, 'architecture' | 'clock' | 'random'>
  readonly #buses: Buses
  readonly #router: Router
  /** By rule as it is: a changed one is another one. */
  readonly #timers = new Map<Rule, Stop>()

  constructor(world: Pick<World, 'architecture' | 'clock' | 'random'>, buses: Buses, router: Router) {
    this.#world = world
    this.#buses = buses
    this.#router = router
    buses.onChange(() => this.#arrange())
    this.#arrange()
  }

  stop(): void {
    for (const stop of this.#timers.values()) stop()
    this.#timers.clear()
  }

  #arrange(): void {
    const scheduled = new Set(this.#buses.rules().filter(({ schedule, enabled }) => schedule && enabled))
    for (const [rule, stop] of this.#timers) {
      if (scheduled.has(rule)) continue
      stop()
      this.#timers.delete(rule)
    }
    for (const rule of scheduled) {
      if (!this.#timers.has(rule)) this.#arm(rule)
    }
  }

  #arm(rule: Rule): void {
    const { clock } = this.#world
    const next = rule.schedule?.after(Math.max(clock.now(), rule.stored.scheduledFrom))
    if (next === undefined) return
    const run = () => {
      this.#arm(rule)
      this.#router.run(rule, this.#eventOf(rule, next))
    }
    this.#timers.set(rule, at(clock, next, run))
  }

  /** @see Amazon EventBridge User Guide, "Creating a scheduled rule (legacy) in Amazon EventBridge" */
  #eventOf({ arn }: Rule, moment: Instant): BusEvent {
    const { architecture, clock, random } = this.#world
    const content = {
      version: '0',
      id: random.uuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: architecture.account,
      time: new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: architecture.region,
      resources: [arn],
      detail: {},
    }
    return { text: JSON.stringify(content), content, ingestedAt: clock.now(), through: [] }
  }
}
