import type { Instant } from '@terrace/kit'
import type { ComparisonOperator } from '@terrace/model'
import type { AlarmStateValue } from '../alarms.ts'
import { javaDouble } from '../wording.ts'
import type { MetricAlarmDefinition } from './definition.ts'

export interface DataPoint {
  readonly at: Instant
  readonly value: number
  readonly breaching: boolean
  /** How many values it was made of; absent for expressions. */
  readonly sampleCount?: number
}

const COMPARISONS: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

/**
 * CloudWatch's sentence for a new state. Points are named newest first.
 *
 * @param points  the real ones that were looked at, oldest first
 * @param filled  how many missing ones were counted
 * @see CloudWatch User Guide, "Alarm events and EventBridge"; other wordings as seen in notifications
 */
export function reasonFor(
  alarm: MetricAlarmDefinition,
  state: AlarmStateValue,
  points: readonly DataPoint[],
  filled: number,
): string {
  const { evaluationPeriods, missingData } = alarm
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(evaluationPeriods)} ${wasOrWere(evaluationPeriods)} unknown.`
  }
  const treated = missingData === 'breaching' ? 'Breaching' : 'NonBreaching'
  const missing = `${filled} missing ${datapoints(filled)} ${wasOrWere(filled)} treated as [${treated}]`
  if (points.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${filled} ${filled === 1 ? 'period' : 'periods'} and ${missing}.`
  }
  return `Threshold Crossed: ${crossed(alarm, state, points)}${filled > 0 ? ` and ${missing}` : ''}${minimum(alarm, state)}.`
}

function crossed(alarm: MetricAlarmDefinition, state: AlarmStateValue, points: readonly DataPoint[]): string {
  const telling = points.filter(({ breaching }) => breaching === (state === 'ALARM'))
  const named = telling.toReversed().map(({ at, value }) => `${javaDouble(value)} (${shortTime(at)})`)
  const count = telling.length
  const subject = mOfN(alarm)
    ? `${count} out of the last ${alarm.evaluationPeriods} datapoints [${named.join(', ')}]`
    : `${counted(count)} [${named.join(', ')}]`
  const not = state === 'ALARM' ? '' : 'not '
  return `${subject} ${wasOrWere(count)} ${not}${COMPARISONS[alarm.comparison]} the threshold (${javaDouble(alarm.threshold)})`
}

function minimum(alarm: MetricAlarmDefinition, state: AlarmStateValue): string {
  if (!mOfN(alarm)) return ''
  const { evaluationPeriods, datapointsToAlarm } = alarm
  const least = state === 'ALARM' ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1
  return ` (minimum ${counted(least)} for ${state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`
}

/** Alarms without `DatapointsToAlarm` have the older, shorter sentence. */
const mOfN = ({ datapointsGiven, datapointsToAlarm, evaluationPeriods }: MetricAlarmDefinition) =>
  datapointsGiven ?? datapointsToAlarm !== evaluationPeriods

const datapoints = (count: number) => (count === 1 ? 'datapoint' : 'datapoints')
const counted = (count: number) => `${count} ${datapoints(count)}`
const wasOrWere = (count: number) => (count === 1 ? 'was' : 'were')

/** `02/10/19 16:59:00`: day, month, year. */
function shortTime(at: Instant): string {
  const [year = '', month = '', day = '', time = ''] = new Date(at).toISOString().split(/[-T.]/)
  return `${day}/${month}/${year.slice(2)} ${time}`
}
