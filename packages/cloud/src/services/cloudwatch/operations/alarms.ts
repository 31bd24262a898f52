import { seconds } from '@terrace/kit'
import type { AlarmQuery } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import { AlarmRuleError, alarmsIn, parseAlarmRule } from '../composite-rule.ts'
import { AlarmNotFound, InvalidFormat, ValidationError } from '../errors.ts'
import { MOST_CHILDREN } from '../limits.ts'
import type { AlarmsState } from '../state.ts'
import type { Tags } from '../tags.ts'
import { actionsOf, definitionOf, metricAlarmInput } from './alarm-definition.ts'
import { describeMetricAlarm } from './describe.ts'
import {
  alarmBase,
  alarmName,
  alarmNames,
  dimensions,
  metricName,
  namespace,
  periodSeconds,
  statistic,
  unit,
} from './shapes.ts'

/** Makes, changes and removes alarms, and tells which look at a metric. */
export function alarmOperations(alarms: AlarmsState, tags: Tags): readonly Operation[] {
  const on = (action: string, names: readonly string[]): readonly Access[] =>
    names.map(name => ({ action: `cloudwatch:${action}`, resource: alarms.arnOf(name) }))
  const tagging = (name: string, given: object | undefined): readonly Access[] =>
    given === undefined ? [] : on('TagResource', [name])
  const switchActions = (name: string, enabled: boolean): Operation =>
    operation({
      name,
      input: shape({ AlarmNames: alarmNames }),
      authorize: ({ AlarmNames }) => on(name, AlarmNames),
      run({ AlarmNames }) {
        alarms.setActionsEnabled(AlarmNames, enabled)
        return undefined
      },
    })
  // Tags of an alarm that exists already are ignored. CloudWatch API Reference "PutMetricAlarm", Tags.
  const tagNew = (arn: string, isNew: boolean, given: Readonly<Record<string, string>> | undefined) => {
    if (isNew && given) tags.add(arn, given)
    return undefined
  }
  return [
    operation({
      name: 'PutMetricAlarm',
      input: metricAlarmInput,
      authorize: ({ AlarmName, Tags: given }) => [...on('PutMetricAlarm', [AlarmName]), ...tagging(AlarmName, given)],
      run(input) {
        const arn = alarms.arnOf(input.AlarmName)
        const isNew = !alarms.find(input.AlarmName)
        alarms.put(definitionOf(input, arn))
        return tagNew(arn, isNew, input.Tags)
      },
    }),
    operation({
      name: 'PutCompositeAlarm',
      // ActionsSuppressor and its periods are refused by name.
      input: shape({ ...alarmBase, AlarmRule: z.string().min(1).max(10240) }),
      authorize: ({ AlarmName, Tags: given }) => [
        ...on('PutCompositeAlarm', [AlarmName]),
        ...tagging(AlarmName, given),
      ],
      run(input) {
        const { AlarmName: name, AlarmDescription: description = '', AlarmRule: rule } = input
        checkRule(rule, name, alarms)
        const arn = alarms.arnOf(name)
        const isNew = !alarms.find(name)
        alarms.putComposite({ name, arn, description, rule, actions: actionsOf(input) })
        return tagNew(arn, isNew, input.Tags)
      },
    }),
    operation({
      name: 'DeleteAlarms',
      input: shape({ AlarmNames: alarmNames }),
      authorize: ({ AlarmNames }) => on('DeleteAlarms', AlarmNames),
      run({ AlarmNames }) {
        checkDeletion(AlarmNames, alarms)
        for (const name of AlarmNames) {
          alarms.remove(name)
          tags.forget(alarms.arnOf(name))
        }
        return undefined
      },
    }),
    operation({
      name: 'SetAlarmState',
      input: shape({
        AlarmName: alarmName,
        StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
        StateReason: z.string().max(1023),
        StateReasonData: z.string().max(4000).optional(),
      }),
      authorize: ({ AlarmName }) => on('SetAlarmState', [AlarmName]),
      run({ AlarmName, StateValue, StateReason, StateReasonData }) {
        if (!alarms.find(AlarmName)) throw new AlarmNotFound()
        const data = StateReasonData === undefined ? {} : { data: readData(StateReasonData) }
        alarms.setState(AlarmName, { value: StateValue, reason: StateReason, ...data })
        return undefined
      },
    }),
    switchActions('EnableAlarmActions', true),
    switchActions('DisableAlarmActions', false),
    operation({
      name: 'DescribeAlarmsForMetric',
      input: shape({
        MetricName: metricName,
        Namespace: namespace,
        Statistic: statistic.optional(),
        ExtendedStatistic: z.string().optional(),
        Dimensions: dimensions.optional(),
        Period: periodSeconds.optional(),
        Unit: unit.optional(),
      }),
      authorize: () => ({ action: 'cloudwatch:DescribeAlarmsForMetric', resource: '*' }),
      run(input) {
        const wanted = input.Statistic ?? input.ExtendedStatistic
        const looksAt = (query: AlarmQuery) =>
          query.kind === 'metric' &&
          query.metric.namespace === input.Namespace &&
          query.metric.name === input.MetricName &&
          sameDimensions(query.metric.dimensions, input.Dimensions ?? {}) &&
          (wanted === undefined || query.metric.statistic === wanted) &&
          (input.Period === undefined || query.metric.period === seconds(input.Period)) &&
          (input.Unit === undefined || query.metric.unit === input.Unit)
        return {
          MetricAlarms: alarms.all.flatMap(alarm =>
            alarm.kind === 'metric' && alarm.definition.queries.some(looksAt) ? [describeMetricAlarm(alarm)] : [],
          ),
        }
      },
    }),
  ]
}

const sameDimensions = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value)

function checkRule(text: string, name: string, alarms: AlarmsState): void {
  try {
    const children = alarmsIn(parseAlarmRule(text))
    if (children.length > MOST_CHILDREN) {
      throw new ValidationError(`AlarmRule must not refer to more than ${MOST_CHILDREN} alarms`)
    }
    const missing = children.filter(child => child !== name && !alarms.find(child))
    if (missing.length > 0)
      throw new ValidationError(`AlarmRule refers to alarms that do not exist: ${missing.join(', ')}`)
  } catch (error) {
    throw error instanceof AlarmRuleError ? new ValidationError(error.message) : error
  }
}

/** @see CloudWatch API Reference "DeleteAlarms" */
function checkDeletion(names: readonly string[], alarms: AlarmsState): void {
  const composite = names.flatMap(name => alarms.find(name) ?? []).filter(({ kind }) => kind === 'composite')
  if (composite.length > 1) throw new ValidationError('At most one composite alarm can be deleted in one call')
  for (const { name } of composite) {
    const parent = alarms.all.find(
      each => each.kind === 'composite' && each.name !== name && alarmsIn(each.rule).includes(name),
    )
    if (parent)
      throw new ValidationError(`Cannot delete ${name} as there are composite alarm(s) depending on it: ${parent.name}`)
  }
}

function readData(text: string): Readonly<Record<string, unknown>> {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    data = undefined
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data }
  throw new InvalidFormat('StateReasonData must be a JSON object')
}
