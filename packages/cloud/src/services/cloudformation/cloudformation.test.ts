import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  SignalResourceCommand,
} from '@aws-sdk/client-cloudformation'
import { type Clock, minutes, seconds, VirtualClock } from '@terrace/kit'
import type { CreationPolicy, Instance } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { machineWith } from '../../workload/testing.ts'
import type { Service } from '../service.ts'
import { cloudFormationService } from './index.ts'

const instance = (creation?: CreationPolicy): Instance =>
  testNode('instance', 'web', {
    machine: machineWith([], { userData: '#!/bin/bash\ncfn-signal -e 0' }),
    subnet: 'subnet',
    zone: 'us-east-1a',
    publicAddress: false,
    ...(creation ? { creation } : {}),
  })

const WAITS: CreationPolicy = { signals: 1, timeout: minutes(5) }

const signaller = testRole('signaller', {
  Effect: 'Allow',
  Action: 'cloudformation:SignalResource',
  Resource: 'arn:aws:cloudformation:us-east-1:123456789012:stack/test/*',
})

/** Instances that only say that they run. */
function launches(): Service & { launch(owner: string): void } {
  let tell: (owner: string) => void = () => {}
  return {
    name: 'launches',
    emulates: [],
    launch: owner => tell(owner),
    async start(world) {
      world.ports.provide('instances', {
        launch: () => Promise.reject(new Error('nothing is launched')),
        terminate: async () => {},
        list: () => [],
        onChange(listener) {
          tell = owner => {
            const { architecture } = world
            const node = architecture.nodes.find(({ id }) => id === owner)
            if (node?.kind !== 'instance') throw new Error(`there is no instance ${owner}`)
            listener({
              id: 'i-1',
              owner,
              zone: node.zone,
              networkInterface: {
                id: 'eni-1',
                owner,
                subnet: 's',
                zone: node.zone,
                securityGroups: [],
                address: '10.0.0.4',
                publicAddress: false,
                folder: '/',
              },
              machine: node.machine,
              launchedAt: world.clock.now(),
              state: 'running',
              statusCheck: 'ok',
              tags: {},
              processes: [],
            })
          }
          return () => {}
        },
      })
      return { stop: async () => {} }
    },
  }
}

let cloud: TestCloud | undefined
afterEach(async () => {
  await cloud?.stop()
  cloud = undefined
})

async function start(node: Instance, clock?: Clock) {
  const instances = launches()
  cloud = await startTestCloud({
    nodes: [node, signaller, testRole('other')],
    services: [instances, cloudFormationService({ patience: 0 })],
    ...(clock ? { clock } : {}),
  })
  const client = new CloudFormationClient(clientOptions(cloud.gateway.url))
  const signals = await cloud.world.ports.need('resourceSignals')
  const signal = (UniqueId: string, Status: 'SUCCESS' | 'FAILURE', rest: object = {}) =>
    client.send(new SignalResourceCommand({ StackName: 'test', LogicalResourceId: 'web', UniqueId, Status, ...rest }))
  const describeWeb = async () =>
    (await client.send(new DescribeStackResourceCommand({ StackName: 'test', LogicalResourceId: 'web' })))
      .StackResourceDetail
  return { cloud, client, signals, signal, describeWeb, instances }
}

describe('a resource with a creation policy, through the SDK', () => {
  it('is created when the signal has come, and then takes no other', async () => {
    const { signal, describeWeb, signals } = await start(instance(WAITS))
    expect(await describeWeb()).toMatchObject({
      StackName: 'test',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:123456789012:stack\/test\//),
      PhysicalResourceId: 'web',
      ResourceStatus: 'CREATE_IN_PROGRESS',
    })
    await signal('i-1', 'SUCCESS')
    await signals.created()
    expect(await describeWeb()).toMatchObject({ ResourceStatus: 'CREATE_COMPLETE' })
    expect(await failureOf(signal('i-2', 'SUCCESS'))).toMatchObject({
      name: 'ValidationError',
      status: 400,
      message: expect.stringMatching(/^Stack arn:\S+ is in CREATE_COMPLETE state and cannot be signaled$/),
    })
  })

  it('fails with a failure signal, and the journal has it in one line', async () => {
    const on = await start(instance(WAITS))
    const failed = expect(on.signals.created()).rejects.toMatchObject({
      code: 'STACK_CREATE_FAILED',
      message: 'web (Test::instance) failed to create: Received FAILURE signal with UniqueId i-1: i-1 failed',
    })
    await on.signal('i-1', 'FAILURE')
    await failed
    expect(await on.describeWeb()).toMatchObject({
      ResourceStatus: 'CREATE_FAILED',
      ResourceStatusReason: 'Received FAILURE signal with UniqueId i-1',
    })
    const kinds = on.cloud.world.journal.since(0).map(({ kind }) => kind)
    expect(kinds.filter(kind => kind.startsWith('cloudformation.'))).toEqual([
      'cloudformation.signal',
      'cloudformation.createFailed',
    ])
  })

  it('waits from the first instance on, and no longer than its time', async () => {
    const clock = new VirtualClock()
    const { signals, instances } = await start(instance(WAITS), clock)
    await clock.advance(minutes(60))
    expect(signals.creations).toMatchObject([{ status: 'CREATE_IN_PROGRESS' }])
    instances.launch('web')
    await clock.advance(minutes(5) - seconds(1))
    expect(signals.creations).toMatchObject([{ status: 'CREATE_IN_PROGRESS' }])
    signals.lost({ uniqueId: 'i-1', from: 'web' }, 'no way to cloudformation.us-east-1.amazonaws.com')
    await clock.advance(seconds(1))
    await expect(signals.created()).rejects.toThrow(
      'Failed to receive 1 resource signal(s) within the specified duration: i-1 sent none: no way to cloudformation',
    )
  })

  it('says when nothing could ever have come', async () => {
    const clock = new VirtualClock()
    const silent = { ...instance(WAITS), machine: machineWith([], { userData: 'echo hello' }) }
    const { signals, instances } = await start(silent, clock)
    instances.launch('web')
    await clock.advance(minutes(5))
    await expect(signals.created()).rejects.toThrow('nothing in its user data calls cfn-signal')
  })

  it('without a policy waits for nothing, and takes no signal', async () => {
    const { signals, signal } = await start(instance())
    await signals.created()
    expect(await failureOf(signal('i-1', 'SUCCESS'))).toMatchObject({ name: 'ValidationError' })
  })

  it('knows no other stack and no other resource', async () => {
    const { signal } = await start(instance(WAITS))
    expect(await failureOf(signal('i-1', 'SUCCESS', { StackName: 'shop' }))).toMatchObject({
      name: 'ValidationError',
      message: 'Stack [shop] does not exist',
    })
    expect(await failureOf(signal('i-1', 'SUCCESS', { LogicalResourceId: 'app' }))).toMatchObject({
      name: 'ValidationError',
      message: 'Resource app does not exist for stack test',
    })
  })

  it('may be signalled by a role that has the permission, and by no other', async () => {
    const { cloud: running } = await start(instance(WAITS))
    const send = async (role: ReturnType<typeof testRole>) =>
      new CloudFormationClient(await running.as(sessionOf(role))).send(
        new SignalResourceCommand({ StackName: 'test', LogicalResourceId: 'web', UniqueId: 'i-1', Status: 'SUCCESS' }),
      )
    expect(await failureOf(send(testRole('other')))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('cloudformation:SignalResource'),
    })
    await send(signaller)
  })

  it('refuses other operations by name', async () => {
    const { client } = await start(instance())
    expect(await failureOf(client.send(new ListExportsCommand({})))).toMatchObject({
      message: expect.stringContaining('ListExports'),
    })
  })

  it('describes stacks, their resources, and what an update has done to them', async () => {
    const { cloud, client } = await start(instance())
    const StackName = 'test'
    const before = (await client.send(new DescribeStacksCommand({}))).Stacks ?? []
    expect(before.map(stack => [stack.StackName, stack.StackStatus])).toEqual([['test', 'CREATE_COMPLETE']])

    const kept = cloud.world.architecture.nodes
    const role = testRole('added', { Effect: 'Allow', Action: '*', Resource: '*' })
    expect(await cloud.update([...kept, role])).toEqual({ status: 'UPDATE_COMPLETE' })

    const [after] = (await client.send(new DescribeStacksCommand({ StackName }))).Stacks ?? []
    expect(after?.StackStatus).toBe('UPDATE_COMPLETE')
    const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName }))
    expect(events.map(each => each.ResourceStatus)).toEqual([
      'UPDATE_COMPLETE',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'CREATE_COMPLETE',
      'CREATE_IN_PROGRESS',
      'UPDATE_IN_PROGRESS',
    ])
    const { StackResourceSummaries: listed = [] } = await client.send(new ListStackResourcesCommand({ StackName }))
    const { StackResources: described = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }))
    expect(listed.map(each => each.LogicalResourceId)).toEqual(
      kept.map(({ origin }) => origin.logicalId).concat('added'),
    )
    expect(described.map(each => each.LogicalResourceId)).toEqual(listed.map(each => each.LogicalResourceId))
    expect(await failureOf(client.send(new DescribeStacksCommand({ StackName: 'other' })))).toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    })
  })
})
