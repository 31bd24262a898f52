import type { Instant, Stop } from '@terrace/kit'
import type { AlarmDefinition } from '@terrace/model'

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** An alarm as it is now. */
export interface AlarmState {
  readonly value: AlarmStateValue
  /** CloudWatch's sentence, such as `Threshold Crossed: 1 datapoint …`. */
  readonly reason: string
  readonly since: Instant
}

/** Why an action is carried out. */
export interface AlarmTransition {
  readonly alarm: { readonly name: string; readonly arn: string; readonly threshold?: number }
  readonly from: AlarmStateValue
  readonly to: AlarmStateValue
  readonly reason: string
  readonly at: Instant
  /** The newest value that was compared; absent for composite alarms and missing data. */
  readonly metricValue?: number
}

/** The alarms of the template and those that scaling policies make; the port `alarms`. */
export interface Alarms {
  /** Makes an alarm, or replaces the definition of the one with that name and keeps its state. */
  put(alarm: AlarmDefinition): void
  remove(name: string): void
  stateOf(name: string): AlarmState | undefined
  /**
   * Names who carries out the actions whose ARN begins with a prefix, such as `arn:aws:autoscaling:`; topics, functions
   * and queues are deliveries. An Auto Scaling action is called again each minute while the alarm stays in its state.
   */
  onAction(prefix: string, act: (action: string, transition: AlarmTransition) => void | Promise<void>): Stop
}
