import { hours, minutes, seconds } from '@terrace/kit'
import type { LifecycleHook } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { stage } from './testing/test-group.ts'

const LAUNCHING: LifecycleHook = {
  name: 'warm',
  transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  heartbeatTimeout: seconds(3600),
  defaultResult: 'ABANDON',
}
const TERMINATING: LifecycleHook = { ...LAUNCHING, name: 'drain', transition: 'autoscaling:EC2_INSTANCE_TERMINATING' }

const one = (hook: LifecycleHook, ...more: readonly LifecycleHook[]) =>
  stage({ group: { lifecycleHooks: [hook, ...more], desiredCapacity: 1, minSize: 0 } })

describe('a launch hook', () => {
  it('keeps an instance in Pending:Wait, out of the target group, until somebody completes it', async () => {
    await using on = await one(LAUNCHING)
    expect([on.lines(), on.log]).toEqual([['i-1 us-east-1a Pending:Wait'], ['launch i-1']])
    on.group.hooks.complete({ hook: 'warm', instance: 'i-1' }, 'CONTINUE')
    await on.clock.advance(0)
    expect([on.lines(), on.log.at(-1)]).toEqual([['i-1 us-east-1a InService'], 'register i-1'])
  })

  it('abandons after an hour by default: the instance is terminated and replaced', async () => {
    await using on = await one(LAUNCHING)
    await on.clock.advance(hours(1) - 1)
    expect(on.lines()).toEqual(['i-1 us-east-1a Pending:Wait'])
    await on.clock.advance(1)
    expect(on.log).toEqual(['launch i-1', 'terminate i-1', 'launch i-2'])
    const cancelled = on.group.activities.find(({ status }) => status === 'Cancelled')
    expect(cancelled?.statusMessage).toMatch(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [0-9a-f-]{36} was abandoned: Heartbeat Timeout$/,
    )
  })

  it('says in AWS’s words that it was abandoned', async () => {
    await using on = await one(LAUNCHING)
    on.group.hooks.complete({ hook: 'warm', instance: 'i-1' }, 'ABANDON')
    await on.clock.advance(0)
    expect(on.group.activities.find(({ status }) => status === 'Cancelled')?.statusMessage).toMatch(
      /was abandoned: Lifecycle Action Completed with ABANDON Result$/,
    )
  })

  it('continues after its time when its default says so', async () => {
    await using on = await one({ ...LAUNCHING, defaultResult: 'CONTINUE', heartbeatTimeout: seconds(30) })
    await on.clock.advance(seconds(30))
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })

  it('begins its time again with each heartbeat, up to a hundred of them', async () => {
    await using on = await one({ ...LAUNCHING, heartbeatTimeout: seconds(30) })
    for (let n = 0; n < 119; n++) {
      await on.clock.advance(seconds(25))
      on.group.hooks.heartbeat({ hook: 'warm', instance: 'i-1' })
    }
    await on.clock.advance(seconds(24))
    expect(on.lines()).toEqual(['i-1 us-east-1a Pending:Wait'])
    await on.clock.advance(seconds(1))
    expect(on.log.at(1)).toBe('terminate i-1')
  })

  it('waits for every hook of the transition, and for none after an abandonment', async () => {
    await using on = await one(LAUNCHING, { ...LAUNCHING, name: 'second' })
    on.group.hooks.complete({ hook: 'warm', instance: 'i-1' }, 'CONTINUE')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-1 us-east-1a Pending:Wait'])
    on.group.hooks.complete({ hook: 'second', instance: 'i-1' }, 'CONTINUE')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })

  it('ends with the instance when that is taken out meanwhile', async () => {
    await using on = await one(LAUNCHING)
    await on.group.setDesiredCapacity(0)
    await on.clock.advance(0)
    expect([on.lines(), on.log]).toEqual([[], ['launch i-1', 'terminate i-1']])
  })

  it('tells EventBridge and its queue, with the token that completes it', async () => {
    const target = 'arn:aws:sqs:us-east-1:123456789012:hooks'
    await using on = await one({ ...LAUNCHING, notificationTarget: target, notificationMetadata: 'web' })
    const sent = on.deliveries.map(({ to, body }) => ({ to, body: JSON.parse(body) }))
    const [test, message] = sent.filter(({ to }) => to === target).map(({ body }) => body)
    expect(test).toMatchObject({ Event: 'autoscaling:TEST_NOTIFICATION', AutoScalingGroupName: 'library-app' })
    expect(message).toEqual({
      LifecycleHookName: 'warm',
      AccountId: '123456789012',
      RequestId: expect.any(String),
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      AutoScalingGroupName: 'library-app',
      Service: 'AWS Auto Scaling',
      Time: '2026-01-01T00:00:00.000Z',
      EC2InstanceId: 'i-1',
      LifecycleActionToken: expect.any(String),
      NotificationMetadata: 'web',
    })
    const event = sent.find(({ body }) => body['detail-type'] === 'EC2 Instance-launch Lifecycle Action')
    expect(event?.body).toMatchObject({
      source: 'aws.autoscaling',
      resources: [on.group.state.arn],
      detail: {
        LifecycleActionToken: message.LifecycleActionToken,
        AutoScalingGroupName: 'library-app',
        LifecycleHookName: 'warm',
        EC2InstanceId: 'i-1',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        NotificationMetadata: 'web',
        Origin: 'EC2',
        Destination: 'AutoScalingGroup',
      },
    })
    on.group.hooks.complete({ hook: 'warm', token: message.LifecycleActionToken }, 'CONTINUE')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })
})

describe('a hook that is a resource of its own', () => {
  it('is made after the first instances, which do not wait for it; later ones do', async () => {
    await using on = await stage({
      group: { desiredCapacity: 1, lifecycleHooks: [{ ...LAUNCHING, addedLater: true }] },
    })
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
    expect(on.group.hooks.all.map(({ name }) => name)).toEqual(['warm'])
    await on.group.setDesiredCapacity(2)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1b Pending:Wait'])
  })
})

describe('a termination hook', () => {
  it('comes after draining, and both results end in termination', async () => {
    for (const result of ['CONTINUE', 'ABANDON'] as const) {
      await using on = await one(TERMINATING)
      on.targets.slowDraining = true
      await on.group.setDesiredCapacity(0)
      expect(on.lines()).toEqual(['i-1 us-east-1a Terminating'])
      on.targets.drained('i-1')
      await on.clock.advance(minutes(30))
      expect([on.lines(), on.log.at(-1)]).toEqual([['i-1 us-east-1a Terminating:Wait'], 'deregister i-1'])
      on.group.hooks.complete({ hook: 'drain', instance: 'i-1' }, result)
      await on.clock.advance(0)
      expect([on.lines(), on.log.at(-1)]).toEqual([[], 'terminate i-1'])
    }
  })
})

it('knows no action twice, and names the one that is missing', async () => {
  await using on = await one(LAUNCHING)
  const complete = () => on.group.hooks.complete({ hook: 'warm', token: 'nothing' }, 'CONTINUE')
  expect(complete).toThrow('No active Lifecycle Action found with token nothing')
  expect(() => on.group.hooks.heartbeat({ hook: 'other', instance: 'i-1' })).toThrow(
    'No Lifecycle Hook found with name other for AutoScalingGroup library-app',
  )
})
