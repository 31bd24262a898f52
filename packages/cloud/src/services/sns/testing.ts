import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type Clock, EventBus, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, PolicyStatement, Queue, Topic } from '@terrace/model'
import { clientOptions, policy, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import type { Service } from '../service.ts'
import { sns } from './index.ts'

export const START = Date.UTC(2026, 10, 22, 9, 30)

/** For tests: `arn:aws:<service>:us-east-1:123456789012:<name>`. */
export const arnIn = (service: 'sns' | 'sqs', name: string): string =>
  `arn:aws:${service}:us-east-1:123456789012:${name}`

/** For tests: a topic that the template has. */
export const testTopic = (name: string, rest: Partial<Topic> = {}): Topic => ({
  ...testNode('topic', name, { name, arn: arnIn('sns', name), signatureVersion: '1', subscriptions: [] }),
  ...rest,
})

/** For tests: a queue to which SNS may send, for any topic. */
export const testQueue = (name: string, rest: Partial<Queue> = {}): Queue => ({
  ...testNode('queue', name, {
    name,
    arn: arnIn('sqs', name),
    url: `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
    delay: 0,
    maximumMessageBytes: 262_144,
    retention: 345_600_000,
    receiveWait: 0,
    visibilityTimeout: 30_000,
    policy: policy(letsSend(name)),
    ...(name.endsWith('.fifo')
      ? { fifo: { contentBasedDeduplication: false, deduplicationScope: 'queue', throughputLimit: 'perQueue' } }
      : {}),
  }),
  ...rest,
})

const letsSend = (name: string): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnIn('sqs', name),
  Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:123456789012:*' } },
})

/** For tests: SNS beside other services, with the ordinary clients of the SDK, on a clock that the test moves. */
export interface TestTopics extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly clock: VirtualClock
  readonly client: SNSClient
  readonly queues: SQSClient
  /** Metrics of a topic of all time, summed up. */
  metric(topic: string, name: string): number
  /** Moves the clock, as often as it takes, until the journal has an entry of that kind. @returns its sentence */
  saidIn(kind: string): Promise<string>
  /** The sentences of the journal of one kind. */
  said(kind: string): readonly string[]
}

/** Starts it over these nodes; with a state folder it goes on where it was. */
export async function startTopics(
  options: {
    readonly nodes?: readonly ArchitectureNode[]
    readonly beside?: readonly Service[]
    readonly state?: string
    readonly clock?: VirtualClock
  } = {},
): Promise<TestTopics> {
  const { nodes = [], beside = [], state, clock = new VirtualClock(START) } = options
  const cloud = await startTestCloud({
    nodes,
    services: [...beside, sns],
    clock: clock satisfies Clock,
    ...(state === undefined ? {} : { state }),
  })
  cloud.world.ports.provide('gateway', cloud.gateway)
  const client = new SNSClient(clientOptions(cloud.gateway.url))
  const queues = new SQSClient(clientOptions(cloud.gateway.url))
  const said = (kind: string) =>
    cloud.world.journal
      .since(0)
      .filter(entry => entry.kind === kind)
      .map(({ message }) => message)
  return {
    cloud,
    clock,
    client,
    queues,
    said,
    metric: (topic, name) =>
      cloud.world.metrics
        .query({
          namespace: 'AWS/SNS',
          name,
          dimensions: { TopicName: topic },
          statistic: 'Sum',
          period: 3_600_000,
          from: 0,
          to: clock.now() + 3_600_000,
        })
        .reduce((sum, { value }) => sum + value, 0),
    saidIn: async kind => (await cloud.world.journal.find(entry => entry.kind === kind)).message,
    async [Symbol.asyncDispose]() {
      client.destroy()
      queues.destroy()
      await cloud.stop()
    },
  }
}

/** For tests: what an HTTP endpoint has been sent. */
export interface Posted {
  readonly kind: 'posted'
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** For tests: an HTTP endpoint of this machine, which answers as it is told. */
export interface TestEndpoint extends AsyncDisposable {
  readonly url: string
  readonly posts: readonly Posted[]
  /** The status of the answers from now on. */
  status: number
  /** The post with that number, counted from 1, once it is there. */
  post(number: number): Promise<Posted>
}

/** Starts it on a free port. */
export async function startEndpoint(status = 200): Promise<TestEndpoint> {
  const bus = new EventBus<Posted>()
  const posts: Posted[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const posted: Posted = { kind: 'posted', headers: request.headers, body: Buffer.concat(chunks).toString() }
    posts.push(posted)
    response.writeHead(endpoint.status).end()
    bus.publish(posted)
  })
  const endpoint = {
    url: await listening(server),
    posts,
    status,
    async post(number: number) {
      const there = posts[number - 1]
      return there ?? (await bus.next(() => posts.length >= number))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return endpoint
}

function listening(server: Server): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      resolve(`http://127.0.0.1:${port}/news`)
    })
  })
}
