import { minutes, type VirtualClock } from '@terrace/kit'
import type { Alarm, AlarmActions, AlarmDefinition, CompositeAlarm } from '@terrace/model'
import { testNode } from '../../testing/architecture.ts'
import type { World } from '../../world.ts'

export const NO_ACTIONS: AlarmActions = { enabled: true, alarm: [], ok: [], insufficientData: [] }

export const alarmArn = (name: string) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`

/** An alarm on the sum of `Library Errors` per minute: above 10, in one of one minute, unless the rest says otherwise. */
export function testDefinition(
  name: string,
  rest: Partial<AlarmDefinition> = {},
  period = minutes(1),
): AlarmDefinition {
  const metric = { namespace: 'Library', name: 'Errors', dimensions: {}, statistic: 'Sum', period }
  return {
    name,
    arn: alarmArn(name),
    description: '',
    queries: [{ kind: 'metric', id: 'm1', metric, returnData: true }],
    threshold: 10,
    comparison: 'GreaterThanThreshold',
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'missing',
    actions: NO_ACTIONS,
    ...rest,
  }
}

export const testAlarm = (name: string, rest: Partial<AlarmDefinition> = {}, period = minutes(1)): Alarm =>
  testNode('alarm', name, { alarm: testDefinition(name, rest, period) })

export const testComposite = (name: string, rule: string, actions: AlarmActions = NO_ACTIONS): CompositeAlarm =>
  testNode('compositeAlarm', name, { name, arn: alarmArn(name), description: '', rule, actions })

/** Puts a value in the middle of each minute to come, and lets the minute pass; undefined puts nothing. */
export async function passMinutes(
  world: World,
  clock: VirtualClock,
  values: readonly (number | undefined)[],
  name = 'Errors',
): Promise<void> {
  for (const value of values) {
    await clock.advance(minutes(1) / 2)
    if (value !== undefined) world.metrics.put({ namespace: 'Library', name, dimensions: {}, value })
    await clock.advance(minutes(1) / 2)
  }
}
