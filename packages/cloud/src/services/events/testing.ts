import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, EventRule, EventTarget, PolicyStatement, Queue } from '@terrace/model'
import type { Delivery } from '../../deliveries.ts'
import { clientOptions, policy, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import type { QueueMessage, QueuesPort } from '../../ports.ts'
import { testNode } from '../../testing/architecture.ts'
import { events } from './index.ts'

export const HOME = 'us-east-1:123456789012'
export const queueArn = (name: string) => `arn:aws:sqs:${HOME}:${name}`
export const ruleArnOf = (name: string) => `arn:aws:events:${HOME}:rule/${name}`
export const FUNCTION = `arn:aws:lambda:${HOME}:function:guard`
export const TOPIC = `arn:aws:sns:${HOME}:alarms`

/** EventBridge with the ordinary client of the SDK, on a clock that the test moves. */
export interface TestEvents extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly clock: VirtualClock
  readonly client: EventBridgeClient
  /** What functions and topics were given. */
  readonly given: readonly Delivery[]
  /** What was put on queues. */
  readonly queued: readonly QueuedMessage[]
}

export interface QueuedMessage extends QueueMessage {
  readonly to: string
}

export interface TestEventsOptions {
  readonly nodes?: readonly ArchitectureNode[]
  readonly state?: string
  readonly at?: number
  /** What a function, topic or queue does with what it gets: throws, to refuse. Absent: it takes everything. */
  readonly onGiven?: (to: string) => void
}

/** 09:30 on a Sunday. */
export const START = Date.UTC(2026, 10, 22, 9, 30)

/** Starts it over these nodes; functions, topics and queues stand there for what takes or refuses. */
export async function startEvents(options: TestEventsOptions = {}): Promise<TestEvents> {
  const { nodes = [], state, at = START, onGiven = () => {} } = options
  const clock = new VirtualClock(at)
  const given: Delivery[] = []
  const queued: QueuedMessage[] = []
  const cloud = await startTestCloud({ nodes, clock, services: [events], ...(state === undefined ? {} : { state }) })
  const receive = (delivery: Delivery) => {
    onGiven(delivery.to)
    given.push(delivery)
  }
  cloud.world.deliveries.register('lambda', receive)
  cloud.world.deliveries.register('sns', receive)
  const queues: QueuesPort = {
    list: () => [],
    urlOf: name => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
    send(to, message) {
      onGiven(to)
      queued.push({ to, ...message })
    },
  }
  cloud.world.ports.provide('queues', queues)
  const client = new EventBridgeClient(clientOptions(cloud.gateway.url))
  return {
    cloud,
    clock,
    client,
    given,
    queued,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await cloud.stop()
    },
  }
}

/** A rule of a template on the default bus. */
export const ruleNode = (name: string, targets: readonly EventTarget[], rest: Partial<EventRule> = {}): EventRule => ({
  ...testNode('eventRule', name, {
    name,
    arn: ruleArnOf(name),
    bus: 'default',
    description: '',
    enabled: true,
    targets,
  }),
  ...rest,
})

/** A queue of a template, with a policy. */
export const queueNode = (name: string, ...statements: readonly PolicyStatement[]): Queue =>
  testNode('queue', name, {
    name,
    arn: queueArn(name),
    url: `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
    delay: 0,
    maximumMessageBytes: 262_144,
    retention: 345_600_000,
    receiveWait: 0,
    visibilityTimeout: 30_000,
    ...(name.endsWith('.fifo')
      ? { fifo: { contentBasedDeduplication: true, deduplicationScope: 'queue', throughputLimit: 'perQueue' } as const }
      : {}),
    ...(statements.length > 0 ? { policy: policy(...statements) } : {}),
  })

/** Lets EventBridge send to a queue for one rule. */
export const lets = (queue: string, rule: string): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: queueArn(queue),
  Condition: { ArnEquals: { 'aws:SourceArn': ruleArnOf(rule) } },
})
