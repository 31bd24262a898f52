import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hours, minutes, seconds, seeded, VirtualClock } from '@terrace/kit'
import type { AlarmDefinition, ArchitectureNode } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../deliveries.ts'
import { makeWorld } from '../../make-world.ts'
import { testArchitecture } from '../../testing/architecture.ts'
import type { AlarmTransition } from './alarms.ts'
import { cloudwatch } from './index.ts'
import { alarmArn, NO_ACTIONS, passMinutes, testAlarm, testComposite, testDefinition } from './testing.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:pager'
const POLICY = 'arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:p:autoScalingGroupName/web:policyName/out'
const ends: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** CloudWatch over a virtual clock that stands at the first of January 2026, midnight. */
async function start(...nodes: readonly ArchitectureNode[]) {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-alarms-'))
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const world = makeWorld({
    architecture: testArchitecture(nodes),
    stateFolder: folder,
    clock,
    random: seeded('alarms'),
  })
  const deliveries: Delivery[] = []
  for (const receiver of ['sns', 'lambda', 'events'] as const) {
    world.deliveries.register(receiver, delivery => void deliveries.push(delivery))
  }
  ends.push(async () => {
    await world.logs.close()
    rmSync(world.folders.run, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  })
  const running = await cloudwatch.start(world)
  ends.unshift(() => running.stop())
  const alarms = await world.ports.need('alarms')
  const to = (service: string) => deliveries.filter(delivery => delivery.to.split(':')[2] === service)
  const values = (name = 'a') => alarms.stateOf(name)?.value
  return { world, clock, alarms, to, values, pass: passMinutes.bind(undefined, world, clock) }
}

describe('an alarm', () => {
  it('begins without data, looks at each minute 5 s after it ended, and says why it changed', async () => {
    const { clock, alarms, pass, world } = await start(testAlarm('a'))
    expect(alarms.stateOf('a')).toMatchObject({
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
    })
    await pass([11])
    expect(alarms.stateOf('a')?.value).toBe('INSUFFICIENT_DATA')
    await clock.advance(seconds(5))
    expect(alarms.stateOf('a')).toEqual({
      value: 'ALARM',
      reason: 'Threshold Crossed: 1 datapoint [11.0 (01/01/26 00:00:00)] was greater than the threshold (10.0).',
      since: Date.UTC(2026, 0, 1, 0, 1, 5),
      transitioned: Date.UTC(2026, 0, 1, 0, 1, 5),
      data: expect.objectContaining({ recentDatapoints: [11], threshold: 10, period: 60, statistic: 'Sum' }),
    })
    expect(world.journal.since(0).map(({ message }) => message)).toContain(
      'the alarm a went from INSUFFICIENT_DATA to ALARM: Threshold Crossed: 1 datapoint [11.0 (01/01/26 00:00:00)] was greater than the threshold (10.0).',
    )
  })

  // CloudWatch User Guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data".
  it.each<[string, Partial<AlarmDefinition>, readonly (number | undefined)[], string]>([
    ['needs three of three', { evaluationPeriods: 3, datapointsToAlarm: 3 }, [11, 11, 11], 'N N A'],
    [
      'needs two of three, not in a row',
      { evaluationPeriods: 3, datapointsToAlarm: 2 },
      [11, 0, 11, 0, 0],
      'N O A O O',
    ],
    ['leaves missing data out', {}, [11, undefined, undefined, undefined], 'A A A N'],
    ['keeps its state without data', { missingData: 'ignore' }, [11, undefined, undefined, undefined, 0], 'A A A A O'],
    ['takes missing data for breaching', { missingData: 'breaching' }, [0, undefined, undefined, undefined], 'O O O A'],
    ['takes missing data for good', { missingData: 'notBreaching' }, [11, undefined, undefined, undefined], 'A A A O'],
    ['compares with less than', { comparison: 'LessThanThreshold' }, [9, 10], 'A O'],
    ['compares with at most', { comparison: 'LessThanOrEqualToThreshold' }, [10, 11], 'A O'],
    ['compares with at least', { comparison: 'GreaterThanOrEqualToThreshold' }, [10, 9], 'A O'],
  ])('%s', async (_, rest, data, expected) => {
    const { clock, pass, values } = await start(testAlarm('a', rest))
    const seen: string[] = []
    await clock.advance(seconds(6))
    for (const value of data) {
      await pass([value])
      seen.push({ INSUFFICIENT_DATA: 'N', ALARM: 'A', OK: 'O' }[values() ?? 'OK'])
    }
    expect(seen.join(' ')).toBe(expected)
  })

  it('with a period of five minutes looks at sliding windows, each minute', async () => {
    const { clock, pass, alarms } = await start(testAlarm('a', {}, minutes(5)))
    await clock.advance(seconds(6))
    await pass([4, 4])
    expect(alarms.stateOf('a')?.value).toBe('OK')
    await pass([4])
    expect(alarms.stateOf('a')?.reason).toContain('[12.0 (31/12/25 23:58:00)] was greater')
  })

  it('with a period of ten seconds is looked at each ten seconds', async () => {
    const { clock, world, alarms } = await start(testAlarm('a', {}, seconds(10)))
    await clock.advance(seconds(21))
    world.metrics.put({ namespace: 'Library', name: 'Errors', dimensions: {}, value: 20, resolution: seconds(1) })
    await clock.advance(seconds(13))
    expect(alarms.stateOf('a')?.value).toBe('INSUFFICIENT_DATA')
    await clock.advance(seconds(1))
    expect(alarms.stateOf('a')).toMatchObject({ value: 'ALARM', since: Date.UTC(2026, 0, 1, 0, 0, 35) })
  })

  it('that looks further back than a day is looked at each hour', async () => {
    const { clock, pass, values } = await start(
      testAlarm('a', { evaluationPeriods: 25, datapointsToAlarm: 1 }, hours(1)),
    )
    await clock.advance(seconds(6))
    await pass([11])
    await clock.advance(minutes(58))
    expect(values()).toBe('INSUFFICIENT_DATA')
    await clock.advance(minutes(1))
    expect(values()).toBe('ALARM')
  })

  it('on a percentile may wait for enough samples', async () => {
    const metric = { namespace: 'Library', name: 'Errors', dimensions: {}, statistic: 'p90', period: minutes(1) }
    const queries = [{ kind: 'metric', id: 'm1', metric, returnData: true }] as const
    const { clock, alarms, world, values } = await start()
    alarms.put({ ...testDefinition('a', { queries }), lowSamples: 'ignore' } as AlarmDefinition)
    alarms.put(testDefinition('b', { queries }))
    // CloudWatch User Guide, "Percentile-based alarms and low data samples": 10 / (1 - 0.9) = 100.
    for (const count of [99, 100]) {
      const value = { values: [20], counts: [count] }
      world.metrics.put({ namespace: 'Library', name: 'Errors', dimensions: {}, value })
      await clock.advance(minutes(1) + seconds(5))
      expect(values('b')).toBe('ALARM')
      expect(values('a')).toBe(count < 100 ? 'INSUFFICIENT_DATA' : 'ALARM')
      await clock.advance(minutes(4) - seconds(5))
    }
  })

  it('on an expression compares what it gives', async () => {
    const metric = (id: string, name: string) => ({
      kind: 'metric' as const,
      id,
      returnData: false,
      metric: { namespace: 'Library', name, dimensions: {}, statistic: 'Sum', period: minutes(1) },
    })
    const queries = [
      { kind: 'expression' as const, id: 'e1', expression: '100 * errors / requests', returnData: true },
      metric('errors', 'Errors'),
      metric('requests', 'Requests'),
    ]
    const { clock, world, pass, alarms } = await start(testAlarm('a', { queries }))
    world.metrics.put({ namespace: 'Library', name: 'Requests', dimensions: {}, value: 40 })
    await pass([10])
    await clock.advance(seconds(5))
    expect(alarms.stateOf('a')).toMatchObject({ value: 'ALARM', reason: expect.stringContaining('[25.0 (') })
  })

  it("whose expression can't be computed says so once, and keeps nobody from being looked at", async () => {
    const queries = [{ kind: 'expression' as const, id: 'e1', expression: 'm1 +', returnData: true }]
    const { clock, pass, values, world } = await start(testAlarm('broken', { queries }), testAlarm('a'))
    await clock.advance(seconds(6))
    await pass([11, 11])
    expect([values('broken'), values('a')]).toEqual(['INSUFFICIENT_DATA', 'ALARM'])
    const failures = world.journal.since(0).filter(({ kind }) => kind === 'cloudwatch.alarmFailed')
    expect(failures.map(({ message }) => message)).toEqual([
      "the alarm broken can't be evaluated: Error in expression 'm1 +': unexpected end",
    ])
  })

  it('keeps its state when it is put again, and is gone when it is removed', async () => {
    const { clock, pass, alarms, values } = await start(testAlarm('a'))
    await pass([11])
    await clock.advance(seconds(6))
    alarms.put(testDefinition('a', { threshold: 100 }))
    expect(values()).toBe('ALARM')
    await clock.advance(minutes(1))
    expect(values()).toBe('OK')
    alarms.remove('a')
    alarms.remove('a')
    expect(alarms.stateOf('a')).toBeUndefined()
  })
})

describe('actions', () => {
  const actions = { ...NO_ACTIONS, alarm: [TOPIC], ok: [TOPIC], insufficientData: [TOPIC] }

  it("tell a topic once, when the state changes, in AWS's JSON", async () => {
    const { clock, pass, to } = await start(testAlarm('a', { actions, description: 'too many' }))
    await pass([11, 11, 11])
    await clock.advance(seconds(6))
    const [delivery] = to('sns')
    expect(to('sns')).toHaveLength(1)
    expect(delivery).toMatchObject({
      to: TOPIC,
      subject: 'ALARM: "a" in US East (N. Virginia)',
      from: { kind: 'service', service: 'cloudwatch.amazonaws.com', sourceArn: alarmArn('a') },
    })
    expect(JSON.parse(delivery?.body ?? '')).toEqual({
      AlarmName: 'a',
      AlarmDescription: 'too many',
      AWSAccountId: '123456789012',
      AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason:
        'Threshold Crossed: 1 datapoint [11.0 (01/01/26 00:00:00)] was greater than the threshold (10.0).',
      StateChangeTime: '2026-01-01T00:01:05.000+0000',
      Region: 'US East (N. Virginia)',
      AlarmArn: alarmArn('a'),
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [TOPIC],
      AlarmActions: [TOPIC],
      InsufficientDataActions: [TOPIC],
      Trigger: {
        MetricName: 'Errors',
        Namespace: 'Library',
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Unit: null,
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 10,
        TreatMissingData: 'missing',
        EvaluateLowSampleCountPercentile: '',
      },
    })
  })

  it('send an event and call a function with both states', async () => {
    const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:page'
    const { clock, pass, to } = await start(testAlarm('a', { actions: { ...NO_ACTIONS, alarm: [lambda] } }))
    await pass([11])
    await clock.advance(seconds(6))
    const [event] = to('events').map(({ body }) => JSON.parse(body))
    const data = {
      alarmName: 'a',
      configuration: {
        metrics: [
          {
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            metricStat: { metric: { dimensions: {}, name: 'Errors', namespace: 'Library' }, period: 60, stat: 'Sum' },
            returnData: true,
          },
        ],
      },
      previousState: {
        reason: 'Unchecked: Initial alarm creation',
        timestamp: '2026-01-01T00:00:00.000+0000',
        value: 'INSUFFICIENT_DATA',
      },
      state: {
        reason: expect.stringContaining('Threshold Crossed'),
        reasonData: expect.stringContaining('"recentDatapoints":[11]'),
        timestamp: '2026-01-01T00:01:05.000+0000',
        value: 'ALARM',
      },
    }
    expect(event).toMatchObject({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [alarmArn('a')],
      time: '2026-01-01T00:01:05Z',
    })
    expect(event.detail).toEqual(data)
    expect(to('lambda')).toHaveLength(1)
    expect(JSON.parse(to('lambda')[0]?.body ?? '')).toEqual({
      source: 'aws.cloudwatch',
      alarmArn: alarmArn('a'),
      accountId: '123456789012',
      time: '2026-01-01T00:01:05.000+0000',
      region: 'us-east-1',
      alarmData: data,
    })
  })

  it('of Auto Scaling are carried out again each minute while the state lasts', async () => {
    const scaling = { ...NO_ACTIONS, alarm: [POLICY, TOPIC] }
    const { clock, pass, alarms, to } = await start(testAlarm('a', { actions: scaling }))
    const seen: [string, AlarmTransition][] = []
    alarms.onAction('arn:aws:autoscaling:', (action, transition) => void seen.push([action, transition]))
    await clock.advance(seconds(6))
    await pass([11, 12, 13, 0, 0])
    expect(seen.map(([action, { metricValue, to: state, from }]) => [action, metricValue, from, state])).toEqual([
      [POLICY, 11, 'INSUFFICIENT_DATA', 'ALARM'],
      [POLICY, 12, 'INSUFFICIENT_DATA', 'ALARM'],
      [POLICY, 13, 'INSUFFICIENT_DATA', 'ALARM'],
    ])
    expect(seen[0]?.[1].alarm).toEqual({ name: 'a', arn: alarmArn('a'), threshold: 10 })
    expect(to('sns')).toHaveLength(1)
  })

  it('of Auto Scaling are not carried out for the state that an alarm begins in', async () => {
    const { clock, alarms } = await start(testAlarm('a', { actions: { ...NO_ACTIONS, insufficientData: [POLICY] } }))
    const seen: string[] = []
    alarms.onAction('arn:aws:autoscaling:', action => void seen.push(action))
    await clock.advance(minutes(5))
    expect(seen).toEqual([])
  })

  it('that nobody carries out, or that fail, are in the journal', async () => {
    const stop = 'arn:aws:automate:us-east-1:ec2:stop'
    const { clock, pass, alarms, world } = await start(
      testAlarm('a', { actions: { ...NO_ACTIONS, alarm: [stop, POLICY] } }),
    )
    alarms.onAction('arn:aws:autoscaling:', () => Promise.reject(new Error('no such policy')))
    await pass([11])
    await clock.advance(seconds(6))
    const failures = world.journal.since(0).filter(({ kind }) => kind === 'cloudwatch.actionFailed')
    expect(failures.map(({ message }) => message).sort()).toEqual([
      `the action ${stop} of the alarm a failed: nothing here carries it out`,
      `the action ${POLICY} of the alarm a failed: no such policy`,
    ])
  })

  it('are none while they are turned off; the event goes out all the same', async () => {
    const { clock, pass, to } = await start(testAlarm('a', { actions: { ...actions, enabled: false } }))
    await pass([11])
    await clock.advance(seconds(6))
    expect(to('sns')).toEqual([])
    expect(to('events')).toHaveLength(1)
  })
})

describe('a composite alarm', () => {
  it('follows its children at once, and names the one that decided', async () => {
    const { clock, pass, alarms, to } = await start(
      testComposite('all', 'ALARM(a) AND NOT ALARM(quiet)', { ...NO_ACTIONS, alarm: [TOPIC] }),
      testAlarm('a'),
      testAlarm('quiet', { threshold: 1000 }),
    )
    await clock.advance(seconds(6))
    expect(alarms.stateOf('all')?.value).toBe('OK')
    await pass([11])
    expect(alarms.stateOf('all')).toMatchObject({
      value: 'ALARM',
      reason: `${alarmArn('a')} transitioned to ALARM at Thursday 01 January, 2026 00:01:05 UTC`,
      since: alarms.stateOf('a')?.since,
    })
    const message = JSON.parse(to('sns')[0]?.body ?? '{}')
    expect(message).toMatchObject({
      AlarmRule: 'ALARM(a) AND NOT ALARM(quiet)',
      TriggeringChildren: [
        { Arn: alarmArn('a'), State: { Value: 'ALARM', Timestamp: '2026-01-01T00:01:05.000+0000' } },
      ],
    })
    expect(message).not.toHaveProperty('Trigger')
    await pass([1000 + 1])
    expect(alarms.stateOf('all')?.value).toBe('OK')
  })

  it('of a composite alarm works, and a circle ends', async () => {
    const { clock, pass, values } = await start(
      testAlarm('a'),
      testComposite('one', 'ALARM(a)'),
      testComposite('two', 'ALARM(one)'),
      testComposite('x', 'NOT ALARM(y)'),
      testComposite('y', 'ALARM(x)'),
    )
    await clock.advance(seconds(6))
    await pass([11])
    expect([values('one'), values('two')]).toEqual(['ALARM', 'ALARM'])
  })
})

it('a rule of the template that is none is said with its place, at the start', async () => {
  await expect(start(testComposite('broken', 'ALARM('))).rejects.toMatchObject({
    code: 'ALARM_RULE',
    message: "the rule of the composite alarm broken is ALARM(: AlarmRule can't be read from position 1",
    place: { file: 'test.yaml', line: 1 },
  })
})

it('a day of alarms is replayable', async () => {
  const run = async () => {
    const { clock, world } = await start(testAlarm('a', { evaluationPeriods: 3, datapointsToAlarm: 2 }))
    const random = seeded('day')
    for (let i = 0; i < 24 * 6; i++) {
      if (random.next() < 0.8)
        world.metrics.put({ namespace: 'Library', name: 'Errors', dimensions: {}, value: random.integer(20) })
      await clock.advance(minutes(10))
    }
    return world.journal.since(0).map(({ at, message }) => `${at} ${message}`)
  }
  expect(await run()).toEqual(await run())
})
