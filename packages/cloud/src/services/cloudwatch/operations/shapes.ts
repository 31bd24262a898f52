import { z } from 'zod'
import { shape, wireBoolean, wireInteger, wireList, wireNumber } from '../../../gateway/api.ts'
import { MOST_DIMENSIONS, MOST_TAGS } from '../limits.ts'

const UNITS = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Percent',
  'Count',
  'Bytes/Second',
  'Kilobytes/Second',
  'Megabytes/Second',
  'Gigabytes/Second',
  'Terabytes/Second',
  'Bits/Second',
  'Kilobits/Second',
  'Megabits/Second',
  'Gigabits/Second',
  'Terabits/Second',
  'Count/Second',
  'None',
] as const

/** Source of all shapes: CloudWatch API Reference, version 2010-08-01. */
export const unit = z.enum(UNITS)
export const namespace = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^:].*$/)
export const metricName = z.string().min(1).max(255)
export const alarmName = z.string().min(1).max(255)
export const alarmNames = wireList(alarmName, 100)
export const statistic = z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])
export const alarmTypes = wireList(z.enum(['CompositeAlarm', 'MetricAlarm'])).optional()
export const scanBy = z.enum(['TimestampDescending', 'TimestampAscending']).optional()
export const periodSeconds = wireInteger().pipe(z.int().min(1))

export const dimensions = wireList(
  shape({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }),
  MOST_DIMENSIONS,
).transform(
  (list): Readonly<Record<string, string>> => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])),
)

export const tags = wireList(
  shape({ Key: z.string().min(1).max(128), Value: z.string().max(256) }),
  MOST_TAGS,
).transform((list): Readonly<Record<string, string>> => Object.fromEntries(list.map(({ Key, Value }) => [Key, Value])))

/** `AccountId` is refused by name: there is one account. */
export const metricDataQuery = shape({
  Id: z
    .string()
    .max(255)
    .regex(/^[a-z][a-zA-Z0-9_]*$/),
  MetricStat: shape({
    Metric: shape({ Namespace: namespace, MetricName: metricName, Dimensions: dimensions.optional() }),
    Period: periodSeconds,
    Stat: z.string(),
    Unit: unit.optional(),
  }).optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Label: z.string().optional(),
  ReturnData: wireBoolean().optional(),
  Period: periodSeconds.optional(),
})

export type MetricDataQuery = z.output<typeof metricDataQuery>

const actionList = wireList(z.string().min(1).max(1024), 5).optional()

/** What metric and composite alarms have in common. */
export const alarmBase = {
  AlarmName: alarmName,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: wireBoolean().optional(),
  AlarmActions: actionList,
  OKActions: actionList,
  InsufficientDataActions: actionList,
  Tags: tags.optional(),
}

/** A finite number, or nothing that is one. */
export const value = wireNumber()
