import type { Instant } from '@terrace/kit'
import type { AlarmActions } from '@terrace/model'
import type { AlarmState, AlarmStateValue } from './alarms.ts'
import type { AlarmRule } from './composite-rule.ts'
import type { MetricAlarmDefinition } from './evaluation/definition.ts'
import type { AlarmType } from './history.ts'

/** What a composite alarm watches. */
export interface CompositeAlarmDefinition {
  readonly name: string
  readonly arn: string
  readonly description: string
  readonly rule: string
  readonly actions: AlarmActions
}

/** A state with what CloudWatch remembers of it. */
export interface FullState extends AlarmState {
  /** `StateReasonData`. */
  readonly data?: Readonly<Record<string, unknown>>
  /** When the value last became another. */
  readonly transitioned: Instant
}

interface Kept {
  readonly name: string
  readonly arn: string
  /** When the definition was last put. */
  readonly configured: Instant
  readonly state: FullState
  /** The value before this one. */
  readonly before: AlarmStateValue
  /** The newest value that was compared. */
  readonly newest?: number
}

export interface StoredMetricAlarm extends Kept {
  readonly kind: 'metric'
  readonly definition: MetricAlarmDefinition
  /** Names its one metric in events, as AWS does it with a random UUID. */
  readonly metricId: string
}

export interface StoredCompositeAlarm extends Kept {
  readonly kind: 'composite'
  readonly definition: CompositeAlarmDefinition
  readonly rule: AlarmRule
}

/** An alarm and its state. */
export type StoredAlarm = StoredMetricAlarm | StoredCompositeAlarm

export const typeOf = ({ kind }: StoredAlarm): AlarmType => (kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm')

/** The state of a new alarm. */
export const initialState = (now: Instant): FullState => ({
  value: 'INSUFFICIENT_DATA',
  reason: 'Unchecked: Initial alarm creation',
  since: now,
  transitioned: now,
})

/** The actions that belong to a state. */
export function actionsFor({ definition }: StoredAlarm, state: AlarmStateValue): readonly string[] {
  const { enabled, alarm, ok, insufficientData } = definition.actions
  if (!enabled) return []
  return { ALARM: alarm, OK: ok, INSUFFICIENT_DATA: insufficientData }[state]
}
