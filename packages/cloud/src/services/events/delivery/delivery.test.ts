import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { days, hours, minutes, seconds } from '@terrace/kit'
import type { EventBus, EventTarget } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { sendEvent } from '../../../events.ts'
import { AccessDenied, AwsError } from '../../../gateway/errors.ts'
import { policy, testRole } from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
import {
  FUNCTION,
  HOME,
  queueArn,
  ruleArnOf,
  ruleNode,
  START,
  startEvents,
  type TestEvents,
  type TestEventsOptions,
  TOPIC,
} from '../testing.ts'

const ORDERS = '{"source":["orders"]}'
const busArn = (name: string) => `arn:aws:events:${HOME}:event-bus/${name}`

const start = (targets: readonly EventTarget[], options: TestEventsOptions = {}) =>
  startEvents({ ...options, nodes: [...(options.nodes ?? []), ruleNode('orders', targets, { pattern: ORDERS })] })

const put = ({ client }: TestEvents, EventBusName = 'default') =>
  client.send(
    new PutEventsCommand({
      Entries: [{ Source: 'orders', DetailType: 'Order Paid', Detail: '{"id":7}', EventBusName }],
    }),
  )

const journalOf = ({ cloud }: TestEvents) =>
  cloud.world.journal
    .since(0)
    .flatMap(({ kind, message }) => (/^events\.(?!rule)/.test(kind) ? [`${kind}: ${message}`] : []))

/** The sum of a metric over everything that has happened. */
function sumOf(
  { cloud, clock }: TestEvents,
  name: string,
  dimensions: Record<string, string> = { RuleName: 'orders' },
) {
  const period = days(2)
  const from = START - (START % period)
  const query = { namespace: 'AWS/Events', name, dimensions, statistic: 'Sum', period, from, to: clock.now() + period }
  return cloud.world.metrics.query(query).reduce((sum, { value }) => sum + value, 0)
}

const throttled = () => {
  throw new AwsError('ThrottlingException', 429, 'Rate exceeded')
}

describe('an event', () => {
  it('comes to every target of a rule with its own input, and the journal and the metrics tell of it', async () => {
    await using on = await start([
      { id: 'guard', arn: FUNCTION, input: { kind: 'path', path: '$.detail' } },
      {
        id: 'queue',
        arn: queueArn('steps.fifo'),
        messageGroupId: 'orders',
        input: { kind: 'constant', json: '{"a":1}' },
      },
      {
        id: 'topic',
        arn: TOPIC,
        input: { kind: 'transformer', paths: { id: '$.detail.id' }, template: '"order <id>"' },
      },
    ])
    await put(on)
    expect(on.given.map(({ to, body }) => [to, body])).toEqual([
      [FUNCTION, '{"id":7}'],
      [TOPIC, '"order 7"'],
    ])
    expect(on.queued).toEqual([{ to: queueArn('steps.fifo'), body: '{"a":1}', group: 'orders' }])
    expect(journalOf(on).sort()).toEqual([
      `events.delivered: the event Order Paid from orders of the rule orders was taken by ${FUNCTION}`,
      `events.delivered: the event Order Paid from orders of the rule orders was taken by ${TOPIC}`,
      `events.delivered: the event Order Paid from orders of the rule orders was taken by ${queueArn('steps.fifo')}`,
      `events.matched: the rule orders on default matches Order Paid from orders, and has for targets ${FUNCTION}, ${queueArn('steps.fifo')}, ${TOPIC}`,
    ])
    const counted = { MatchedEvents: 1, TriggeredRules: 1, Invocations: 3, InvocationAttempts: 3, FailedInvocations: 0 }
    for (const [name, count] of Object.entries(counted))
      expect({ name, sum: sumOf(on, name) }).toEqual({ name, sum: count })
    expect(sumOf(on, 'Invocations', {})).toBe(3)
    expect(sumOf(on, 'PutEventsEntriesCount', {})).toBe(1)
  })

  it('of a service of AWS comes by its default bus', async () => {
    const pattern = JSON.stringify({ source: ['aws.autoscaling'], detail: { AutoScalingGroupName: ['web'] } })
    await using on = await startEvents({ nodes: [ruleNode('launches', [{ id: 'a', arn: FUNCTION }], { pattern })] })
    const event = { source: 'aws.autoscaling', detailType: 'EC2 Instance-launch Lifecycle Action', resources: ['arn'] }
    sendEvent(on.cloud.world, { ...event, detail: { AutoScalingGroupName: 'web' } })
    sendEvent(on.cloud.world, { ...event, detail: { AutoScalingGroupName: 'other' } })
    await on.clock.advance(0)
    expect(on.given.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        version: '0',
        source: 'aws.autoscaling',
        time: '2026-11-22T09:30:00Z',
        detail: { AutoScalingGroupName: 'web' },
      },
    ])
  })

  it('that is none is told to the journal', async () => {
    await using on = await startEvents()
    const { deliveries } = on.cloud.world
    const from = { kind: 'service', service: 'lambda.amazonaws.com', sourceArn: FUNCTION } as const
    expect(await deliveries.deliver({ to: busArn('default'), from, body: '{}' })).toBe(false)
    expect(
      await deliveries.deliver({ to: busArn('none'), from, body: '{"id":"1","source":"a","detail-type":"b"}' }),
    ).toBe(false)
  })

  it('does not come to a rule that is switched off', async () => {
    const rule = ruleNode('orders', [{ id: 'a', arn: FUNCTION }], { pattern: ORDERS, enabled: false })
    await using on = await startEvents({ nodes: [rule] })
    await put(on)
    expect(on.given).toEqual([])
  })
})

// Source: EventBridge User Guide, "How EventBridge retries delivering events", "Using dead-letter queues to process
// undelivered events in EventBridge".
describe('an event that a target does not take', () => {
  it('is tried again with growing waits, until it is taken', async () => {
    let failures = 3
    await using on = await start([{ id: 'a', arn: FUNCTION }], {
      onGiven: () => {
        if (failures-- > 0) throttled()
      },
    })
    await put(on)
    await on.clock.advance(seconds(8))
    expect(on.given).toHaveLength(1)
    expect(journalOf(on).at(-1)).toContain(`was taken by ${FUNCTION} at try 4`)
    expect([sumOf(on, 'RetryInvocationAttempts'), sumOf(on, 'Invocations'), sumOf(on, 'FailedInvocations')]).toEqual([
      3, 1, 0,
    ])
  })

  it.each<[string, EventTarget['retry'], { tries: number; condition: string; by: number }]>([
    ['its attempts', { attempts: 2 }, { tries: 3, condition: 'MaximumRetryAttempts', by: seconds(4) }],
    ['no attempt', { attempts: 0 }, { tries: 1, condition: 'MaximumRetryAttempts', by: 0 }],
    ['its age', { age: minutes(1) }, { tries: 7, condition: 'MaximumEventAgeInSeconds', by: minutes(1) }],
    ['a day or 185 attempts', undefined, { tries: 186, condition: 'MaximumRetryAttempts', by: hours(24) }],
  ])('goes to the dead-letter queue after %s', async (_, retry, { tries, condition, by }) => {
    const dead = queueArn('dead')
    let tried = 0
    await using on = await start([{ id: 'a', arn: FUNCTION, deadLetterArn: dead, ...(retry && { retry }) }], {
      onGiven(to) {
        if (to === dead) return
        tried++
        throttled()
      },
    })
    const { Entries } = await put(on)
    await on.clock.advance(by)
    expect(tried).toBeGreaterThanOrEqual(tries - (retry?.age ? 1 : 0))
    expect(tried).toBeLessThanOrEqual(tries + (retry?.age ? 1 : 0))
    const [message] = on.queued
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, detail: { id: 7 } })
    expect(message?.attributes).toEqual({
      RULE_ARN: { dataType: 'String', text: ruleArnOf('orders') },
      TARGET_ARN: { dataType: 'String', text: FUNCTION },
      ERROR_CODE: { dataType: 'String', text: 'THROTTLING' },
      ERROR_MESSAGE: { dataType: 'String', text: 'Rate exceeded' },
      EXHAUSTED_RETRY_CONDITION: { dataType: 'String', text: condition },
      RETRY_ATTEMPTS: { dataType: 'String', text: String(tried - 1) },
    })
    expect([sumOf(on, 'FailedInvocations'), sumOf(on, 'InvocationsSentToDlq')]).toEqual([1, 1])
    await on.clock.advance(days(2))
    expect(on.queued).toHaveLength(1)
  })

  it.each<[string, Error, string]>([
    ['a missing permission', new AccessDenied('not authorized'), 'NO_PERMISSIONS'],
    ['a target that is gone', new AwsError('ResourceNotFoundException', 404, 'Function not found'), 'NO_RESOURCE'],
    ['a request that is wrong', new AwsError('InvalidParameterValue', 400, 'too long'), 'INVALID_PARAMETER'],
  ])('is not tried again after %s', async (_, error, code) => {
    const dead = queueArn('dead')
    await using on = await start([{ id: 'a', arn: FUNCTION, deadLetterArn: dead }], {
      onGiven(to) {
        if (to !== dead) throw error
      },
    })
    await put(on)
    await on.clock.advance(0)
    expect(on.queued).toMatchObject([{ to: dead, attributes: { ERROR_CODE: { text: code } } }])
    expect(on.queued[0]?.attributes).not.toHaveProperty('RETRY_ATTEMPTS')
    expect(sumOf(on, 'InvocationAttempts')).toBe(1)
  })

  it('is lost without a dead-letter queue, and with one that does not take it either', async () => {
    const deny = () => {
      throw new AccessDenied('not authorized')
    }
    const targets = [
      { id: 'a', arn: FUNCTION },
      { id: 'b', arn: TOPIC, deadLetterArn: queueArn('dead') },
    ]
    await using on = await start(targets, { onGiven: deny })
    await put(on)
    await on.clock.advance(0)
    const told = journalOf(on).filter(line => line.startsWith('events.failed'))
    expect(told).toEqual([
      `events.failed: the event Order Paid from orders of the rule orders was not delivered to ${FUNCTION}: not authorized; it is lost`,
      `events.failed: the event Order Paid from orders of the rule orders was not delivered to ${TOPIC}: not authorized; it is lost, since its dead-letter queue ${queueArn('dead')} didn't take it: not authorized`,
    ])
    expect(sumOf(on, 'InvocationsFailedToBeSentToDlq')).toBe(1)
  })

  it('is not sent when its values make no JSON of a template', async () => {
    const input = { kind: 'transformer', paths: { type: '$.detail-type' }, template: '{"a": 1<type>}' } as const
    await using on = await start([{ id: 'a', arn: FUNCTION, input, deadLetterArn: queueArn('dead') }])
    await put(on)
    await on.clock.advance(0)
    expect(on.given).toEqual([])
    expect(on.queued).toMatchObject([{ attributes: { ERROR_CODE: { text: 'INVALID_JSON' } } }])
  })

  it('waits no longer when everything ends', async () => {
    const on = await start([{ id: 'a', arn: FUNCTION }], { onGiven: throttled })
    await put(on)
    await on[Symbol.asyncDispose]()
    const told = journalOf(on).length
    await on.clock.advance(days(1))
    expect(journalOf(on)).toHaveLength(told)
  })
})

describe('a target with a role', () => {
  const trusted = (service: string) => ({
    ...testRole('sender'),
    trust: policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }),
  })
  const target = { id: 'a', arn: FUNCTION, roleArn: 'arn:aws:iam::123456789012:role/sender' }

  it('gets events by a session of that role', async () => {
    await using on = await start([target], { nodes: [trusted('events.amazonaws.com')] })
    await put(on)
    expect(on.given).toMatchObject([{ from: { kind: 'role', role: 'sender', arn: target.roleArn } }])
  })

  it('gets none when the role does not trust EventBridge', async () => {
    await using on = await start([{ ...target, deadLetterArn: queueArn('dead') }], {
      nodes: [trusted('ec2.amazonaws.com')],
    })
    await put(on)
    await on.clock.advance(0)
    expect(on.given).toEqual([])
    expect(on.queued).toMatchObject([{ attributes: { ERROR_CODE: { text: 'FAILED_TO_ASSUME_ROLE' } } }])
  })
})

describe('another bus as a target', () => {
  const bus = (name: string): EventBus => testNode('eventBus', name, { name, arn: busArn(name), description: '' })
  const onBus = (name: string, on: string, target: EventTarget) =>
    ruleNode(name, [target], { bus: on, arn: `arn:aws:events:${HOME}:rule/${on}/${name}`, pattern: ORDERS })

  it('brings the event, as it was, to the rules of that bus', async () => {
    const nodes = [bus('archive'), onBus('kept', 'archive', { id: 'a', arn: FUNCTION })]
    await using on = await start([{ id: 'a', arn: busArn('archive') }], { nodes })
    const { Entries } = await put(on)
    expect(on.given.map(({ body }) => JSON.parse(body))).toMatchObject([
      { id: Entries?.[0]?.EventId, source: 'orders' },
    ])
    expect(sumOf(on, 'Invocations', { RuleName: 'kept', EventBusName: 'archive' })).toBe(1)
  })

  it('needs the permission of the role that it has', async () => {
    const role = {
      ...testRole('sender', { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn('other') }),
      trust: policy({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    }
    const nodes = [bus('archive'), role, onBus('kept', 'archive', { id: 'a', arn: FUNCTION })]
    await using on = await start([{ id: 'a', arn: busArn('archive'), roleArn: role.arn }], { nodes })
    await put(on)
    await on.clock.advance(0)
    expect(on.given).toEqual([])
    expect(journalOf(on).at(-1)).toContain('is not authorized to perform: events:PutEvents')
  })

  it('does not send an event round in a circle', async () => {
    const nodes = [bus('archive'), onBus('back', 'archive', { id: 'a', arn: busArn('default') })]
    await using on = await start([{ id: 'a', arn: busArn('archive') }], { nodes })
    await put(on)
    await on.clock.advance(0)
    expect(journalOf(on).filter(line => line.startsWith('events.loop'))).toEqual([
      `events.loop: the event Order Paid from orders of the rule orders was not sent to ${busArn('archive')}: the event has been sent by this rule before, and would go round for ever`,
    ])
    expect([sumOf(on, 'DeadLetterInvocations'), sumOf(on, 'FailedInvocations')]).toEqual([1, 0])
  })
})

describe('a schedule', () => {
  it('runs its rule at its moments, with an event of its own, unless it is switched off', async () => {
    const nodes = [
      ruleNode('often', [{ id: 'a', arn: FUNCTION }], { schedule: 'rate(5 minutes)' }),
      ruleNode('noon', [{ id: 'a', arn: TOPIC }], { schedule: 'cron(0 12 * * ? *)' }),
      ruleNode('never', [{ id: 'a', arn: TOPIC }], { schedule: 'rate(1 minute)', enabled: false }),
    ]
    await using on = await startEvents({ nodes })
    await on.clock.advance(minutes(5) - 1)
    expect(on.given).toEqual([])
    await on.clock.advance(1)
    expect(on.given.map(({ body }) => JSON.parse(body))).toEqual([
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '123456789012',
        time: '2026-11-22T09:35:00Z',
        region: 'us-east-1',
        resources: [ruleArnOf('often')],
        detail: {},
      },
    ])
    await on.clock.advance(hours(2) + minutes(24))
    expect(on.given.filter(({ to }) => to === TOPIC)).toEqual([])
    await on.clock.advance(minutes(1))
    expect(on.given.filter(({ to }) => to === TOPIC)).toHaveLength(1)
    expect(on.given.filter(({ to }) => to === FUNCTION)).toHaveLength(30)
    expect(journalOf(on)[0]).toBe(
      `events.matched: the rule often on default runs by its schedule, and has for targets ${FUNCTION}`,
    )
    expect(sumOf(on, 'TriggeredRules', { RuleName: 'often' })).toBe(30)
  })

  it('counts anew from the moment at which the rule is changed', async () => {
    await using on = await startEvents()
    const { client, clock } = on
    await client.send(new PutRuleCommand({ Name: 'often', ScheduleExpression: 'rate(10 minutes)' }))
    await client.send(new PutTargetsCommand({ Rule: 'often', Targets: [{ Id: 'a', Arn: FUNCTION }] }))
    await clock.advance(minutes(9))
    await client.send(new PutRuleCommand({ Name: 'often', ScheduleExpression: 'rate(10 minutes)' }))
    await clock.advance(minutes(9))
    expect(on.given).toEqual([])
    await clock.advance(minutes(1))
    expect(on.given).toHaveLength(1)
  })

  it('may be years away', async () => {
    await using on = await startEvents({
      nodes: [ruleNode('leap', [{ id: 'a', arn: FUNCTION }], { schedule: 'cron(0 0 29 2 ? 2028)' })],
    })
    await on.clock.advance(Date.UTC(2028, 1, 29) - START)
    expect(on.given).toHaveLength(1)
    await on.clock.advance(days(2000))
    expect(on.given).toHaveLength(1)
  })
})
