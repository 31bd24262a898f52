import type { Recurrence } from '../../calendar/expression.ts'
import { inputOf, type MakeInput } from './input/target-input.ts'
import { type Home, ruleArn } from './names.ts'
import { matches } from './pattern/matches.ts'
import type { Pattern } from './pattern/pattern.ts'
import { readPattern } from './pattern/read-pattern.ts'
import { readSchedule } from './schedule.ts'
import type { StoredRule, StoredTarget } from './stored.ts'

/** A target, ready to be sent to. */
export interface Target extends StoredTarget {
  readonly makeInput: MakeInput
}

/** A rule with everything of it that has to be read only once. It doesn't change: another one takes its place. */
export class Rule {
  readonly stored: StoredRule
  readonly arn: string
  readonly schedule: Recurrence | undefined
  readonly targets: readonly Target[]
  readonly #pattern: Pattern | undefined

  /** @throws InvalidEventPatternException, ValidationException */
  constructor(home: Home, stored: StoredRule) {
    const { pattern, schedule, scheduledFrom } = stored
    this.stored = stored
    this.arn = ruleArn(home, stored.bus, stored.name)
    this.#pattern = pattern === undefined ? undefined : readPattern(pattern)
    this.schedule = schedule === undefined ? undefined : readSchedule(schedule, scheduledFrom)
    this.targets = stored.targets.map(target => ({ ...target, makeInput: inputOf(target) }))
  }

  get name(): string {
    return this.stored.name
  }

  get enabled(): boolean {
    return this.stored.enabled
  }

  /** Whether an event of its bus is one of those it asks for. */
  asksFor(event: unknown): boolean {
    return this.enabled && this.#pattern !== undefined && matches(this.#pattern, event)
  }
}
