import { type Instant, minutes, seconds } from '@terrace/kit'
import type { z } from 'zod'
import {
  accepted,
  type Operation,
  operation,
  shape,
  wireBoolean,
  wireInteger,
  wireList,
  wireTime,
} from '../../../gateway/api.ts'
import type { MetricDatum } from '../../../metrics/metrics.ts'
import type { World } from '../../../world.ts'
import { InvalidParameterCombination, InvalidParameterValue, MissingRequiredParameter } from '../errors.ts'
import { LARGEST_VALUE, MOST_METRICS_A_PUT, MOST_VALUES, NEWEST_DATUM, OLDEST_DATUM } from '../limits.ts'
import { dimensions, metricName, namespace, unit, value } from './shapes.ts'

const datum = shape({
  MetricName: metricName,
  Dimensions: dimensions.optional(),
  Timestamp: wireTime().optional(),
  Value: value.optional(),
  StatisticValues: shape({ SampleCount: value, Sum: value, Minimum: value, Maximum: value }).optional(),
  Values: wireList(value).optional(),
  Counts: wireList(value).optional(),
  Unit: unit.optional(),
  StorageResolution: wireInteger().optional(),
})

type Datum = z.output<typeof datum>

/** PutMetricData: all of it, or nothing when one datum is wrong. */
export const putMetricData = ({ metrics, clock }: Pick<World, 'clock' | 'metrics'>): Operation =>
  operation({
    name: 'PutMetricData',
    input: shape({
      Namespace: namespace,
      MetricData: wireList(datum, MOST_METRICS_A_PUT),
      StrictEntityValidation: accepted(
        wireBoolean().optional(),
        'entities are refused by name, so none can be invalid',
      ),
    }),
    authorize: ({ Namespace }) => ({
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': Namespace },
    }),
    run({ Namespace, MetricData }) {
      if (Namespace.startsWith('AWS/')) {
        throw new InvalidParameterValue('The value AWS/ for parameter Namespace is invalid.')
      }
      const data = MetricData.map((each, i) => datumOf(Namespace, each, `MetricData.member.${i + 1}`, clock.now()))
      metrics.put(...data)
      return undefined
    },
  })

function datumOf(namespaceName: string, given: Datum, at: string, now: Instant): MetricDatum {
  const { MetricName, Dimensions = {}, Timestamp, Unit, StorageResolution = 60 } = given
  if (StorageResolution !== 1 && StorageResolution !== 60) {
    throw new InvalidParameterValue(`The value ${StorageResolution} for parameter ${at}.StorageResolution is invalid.`)
  }
  return {
    namespace: namespaceName,
    name: MetricName,
    dimensions: Dimensions,
    value: valueIn(given, at),
    at: Timestamp === undefined ? now : checkTime(Math.round(Timestamp), at, now),
    resolution: StorageResolution === 1 ? seconds(1) : minutes(1),
    ...(Unit === undefined ? {} : { unit: Unit }),
  }
}

function valueIn({ Value, StatisticValues, Values, Counts }: Datum, at: string): MetricDatum['value'] {
  const given = Object.entries({ Value, StatisticValues, Values }).filter(([, each]) => each !== undefined)
  const [first, second] = given.map(([name]) => name)
  if (second !== undefined) {
    throw new InvalidParameterCombination(
      `The parameters ${at}.${first} and ${at}.${second} are mutually exclusive and you have specified both.`,
    )
  }
  if (Value !== undefined) return checkNumber(Value, `${at}.Value`)
  if (StatisticValues) return setOf(StatisticValues, at)
  if (!Values || Values.length === 0) throw new MissingRequiredParameter(`The parameter ${at}.Value is required.`)
  if (Values.length > MOST_VALUES) {
    throw new InvalidParameterValue(`The collection ${at}.Values must not have a size greater than ${MOST_VALUES}.`)
  }
  if (Counts && Counts.length !== Values.length) {
    throw new InvalidParameterValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`)
  }
  return {
    values: Values.map((each, i) => checkNumber(each, `${at}.Values.member.${i + 1}`)),
    counts: Values.map((_, i) => checkCount(Counts?.[i] ?? 1, `${at}.Counts.member.${i + 1}`)),
  }
}

function setOf(set: NonNullable<Datum['StatisticValues']>, at: string): MetricDatum['value'] {
  const { SampleCount, Sum, Minimum, Maximum } = set
  if (Minimum > Maximum) {
    throw new InvalidParameterValue(`The parameter ${at}.StatisticValues.Maximum must be greater than Minimum.`)
  }
  return {
    sampleCount: checkCount(SampleCount, `${at}.StatisticValues.SampleCount`),
    sum: checkNumber(Sum, `${at}.StatisticValues.Sum`),
    minimum: checkNumber(Minimum, `${at}.StatisticValues.Minimum`),
    maximum: checkNumber(Maximum, `${at}.StatisticValues.Maximum`),
  }
}

function checkNumber(number: number, at: string): number {
  if (Math.abs(number) <= LARGEST_VALUE) return number
  throw new InvalidParameterValue(`The value ${number} for parameter ${at} is invalid.`)
}

function checkCount(count: number, at: string): number {
  if (count > 0) return checkNumber(count, at)
  throw new InvalidParameterValue(`The value ${count} for parameter ${at} must be greater than 0.`)
}

function checkTime(time: Instant, at: string, now: Instant): Instant {
  if (time < now - OLDEST_DATUM) {
    throw new InvalidParameterValue(`The parameter ${at}.Timestamp must specify a time within the past two weeks.`)
  }
  if (time > now + NEWEST_DATUM) {
    throw new InvalidParameterValue(
      `The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`,
    )
  }
  return time
}
