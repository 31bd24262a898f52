import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { alarmsIn } from '../composite-rule.ts'
import { InvalidParameterCombination } from '../errors.ts'
import { ALARMS_PAGE, DEFAULT_ALARMS_PAGE } from '../limits.ts'
import { pageOf } from '../paging.ts'
import type { AlarmsState } from '../state.ts'
import { type StoredAlarm, typeOf } from '../stored-alarm.ts'
import { describeCompositeAlarm, describeMetricAlarm } from './describe.ts'
import { alarmName, alarmNames, alarmTypes, scanBy } from './shapes.ts'

const pageSize = wireInteger().pipe(z.int().min(1).max(ALARMS_PAGE))

/** Tells what alarms there are, and what happened to them. */
export function describeAlarmOperations(alarms: AlarmsState): readonly Operation[] {
  return [
    operation({
      name: 'DescribeAlarms',
      input: shape({
        AlarmNames: alarmNames.optional(),
        AlarmNamePrefix: alarmName.optional(),
        AlarmTypes: alarmTypes,
        ChildrenOfAlarmName: alarmName.optional(),
        ParentsOfAlarmName: alarmName.optional(),
        StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
        ActionPrefix: z.string().min(1).max(1024).optional(),
        MaxRecords: pageSize.optional(),
        NextToken: z.string().optional(),
      }),
      authorize: ({ AlarmNames }) =>
        (AlarmNames && AlarmNames.length > 0 ? AlarmNames : ['*']).map(name => ({
          action: 'cloudwatch:DescribeAlarms',
          resource: alarms.arnOf(name),
        })),
      run(input) {
        const { AlarmNames, AlarmNamePrefix, ActionPrefix, StateValue, ChildrenOfAlarmName, ParentsOfAlarmName } = input
        if (AlarmNames && AlarmNamePrefix !== undefined) {
          throw new InvalidParameterCombination('AlarmNames and AlarmNamePrefix must not both be specified')
        }
        const types = input.AlarmTypes ?? ((ChildrenOfAlarmName ?? ParentsOfAlarmName) ? undefined : ['MetricAlarm'])
        const related = relatives(alarms, ChildrenOfAlarmName, ParentsOfAlarmName)
        const found = alarms.all
          .filter(alarm => !types || types.some(type => type === typeOf(alarm)))
          .filter(({ name }) => !AlarmNames || AlarmNames.includes(name))
          .filter(({ name }) => AlarmNamePrefix === undefined || name.startsWith(AlarmNamePrefix))
          .filter(({ name }) => !related || related.has(name))
          .filter(({ state }) => StateValue === undefined || state.value === StateValue)
          .filter(alarm => ActionPrefix === undefined || allActions(alarm).some(arn => arn.startsWith(ActionPrefix)))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
        const { items, next } = pageOf(found, input.MaxRecords ?? DEFAULT_ALARMS_PAGE, input.NextToken)
        return {
          CompositeAlarms: items.flatMap(alarm => (alarm.kind === 'composite' ? [describeCompositeAlarm(alarm)] : [])),
          MetricAlarms: items.flatMap(alarm => (alarm.kind === 'metric' ? [describeMetricAlarm(alarm)] : [])),
          NextToken: next,
        }
      },
    }),
    operation({
      name: 'DescribeAlarmHistory',
      input: shape({
        AlarmName: alarmName.optional(),
        AlarmTypes: alarmTypes,
        HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
        StartDate: wireTime().optional(),
        EndDate: wireTime().optional(),
        MaxRecords: pageSize.optional(),
        NextToken: z.string().optional(),
        ScanBy: scanBy,
      }),
      authorize: ({ AlarmName }) => ({
        action: 'cloudwatch:DescribeAlarmHistory',
        resource: alarms.arnOf(AlarmName ?? '*'),
      }),
      run({
        AlarmName,
        AlarmTypes = ['MetricAlarm'],
        HistoryItemType,
        StartDate,
        EndDate,
        MaxRecords,
        NextToken,
        ScanBy,
      }) {
        const found = alarms.history.items.filter(
          item =>
            (AlarmName === undefined || item.alarm === AlarmName) &&
            AlarmTypes.includes(item.alarmType) &&
            (HistoryItemType === undefined || item.type === HistoryItemType) &&
            (StartDate === undefined || item.at >= StartDate) &&
            (EndDate === undefined || item.at <= EndDate),
        )
        const ordered = ScanBy === 'TimestampAscending' ? found : found.toReversed()
        const { items, next } = pageOf(ordered, MaxRecords ?? DEFAULT_ALARMS_PAGE, NextToken)
        return {
          AlarmHistoryItems: items.map(item => ({
            AlarmName: item.alarm,
            AlarmType: item.alarmType,
            Timestamp: timestamp(item.at),
            HistoryItemType: item.type,
            HistorySummary: item.summary.slice(0, 255),
            HistoryData: JSON.stringify(item.data),
          })),
          NextToken: next,
        }
      },
    }),
  ]
}

function relatives(
  alarms: AlarmsState,
  childrenOf: string | undefined,
  parentsOf: string | undefined,
): ReadonlySet<string> | undefined {
  if (childrenOf !== undefined) {
    const parent = alarms.find(childrenOf)
    return new Set(parent?.kind === 'composite' ? alarmsIn(parent.rule) : [])
  }
  if (parentsOf === undefined) return undefined
  const parents = alarms.all.filter(each => each.kind === 'composite' && alarmsIn(each.rule).includes(parentsOf))
  return new Set(parents.map(({ name }) => name))
}

const allActions = ({ definition: { actions } }: StoredAlarm): readonly string[] => [
  ...actions.alarm,
  ...actions.ok,
  ...actions.insufficientData,
]
