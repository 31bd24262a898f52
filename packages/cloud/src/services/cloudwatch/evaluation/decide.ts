import type { MissingData } from '@terrace/model'
import type { AlarmStateValue } from '../alarms.ts'

/** What an alarm is decided from. */
export interface Rules {
  /** M. */
  readonly datapointsToAlarm: number
  /** N. */
  readonly evaluationPeriods: number
  readonly missingData: MissingData
}

/** What follows from the points; `keep` leaves the alarm as it is. */
export interface Decision {
  readonly state: AlarmStateValue | 'keep'
  /** Where in the points the real ones are that were looked at, oldest first. */
  readonly evaluated: readonly number[]
  /** How many missing ones were counted as breaching or not breaching. */
  readonly filled: number
}

/**
 * Decides an alarm from the points of its evaluation range, oldest first: whether each is breaching, undefined where it is
 * missing.
 *
 * With N real points or more, the newest N count and nothing else. With fewer, missing points are filled in as the alarm
 * says, and all real points count. An alarm that leaves missing points out goes to ALARM before it has M breaching ones
 * when the oldest is at least M periods old and none is within the threshold.
 *
 * @see CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data"
 */
export function decide(points: readonly (boolean | undefined)[], rules: Rules): Decision {
  const { datapointsToAlarm, evaluationPeriods, missingData } = rules
  const real = points.flatMap((breaching, i) => (breaching === undefined ? [] : [i]))
  const evaluated = real.slice(-evaluationPeriods)
  const filled = evaluationPeriods - evaluated.length
  const breaching = evaluated.filter(i => points[i]).length
  const alarmAt = (count: number) => (count >= datapointsToAlarm ? 'ALARM' : 'OK')
  if (filled === 0) return { state: alarmAt(breaching), evaluated, filled }
  switch (missingData) {
    case 'breaching':
      return { state: alarmAt(breaching + filled), evaluated, filled }
    case 'notBreaching':
      return { state: alarmAt(breaching), evaluated, filled }
    case 'ignore':
    case 'missing':
      return { state: withoutFilling(points, rules, evaluated, breaching), evaluated, filled: 0 }
  }
}

function withoutFilling(
  points: readonly (boolean | undefined)[],
  { datapointsToAlarm, missingData }: Rules,
  evaluated: readonly number[],
  breaching: number,
): Decision['state'] {
  const [oldest] = evaluated
  if (oldest === undefined) return missingData === 'ignore' ? 'keep' : 'INSUFFICIENT_DATA'
  if (breaching >= datapointsToAlarm) return 'ALARM'
  if (breaching < evaluated.length) return 'OK'
  const age = points.length - oldest
  return missingData === 'missing' && age >= datapointsToAlarm ? 'ALARM' : 'keep'
}
