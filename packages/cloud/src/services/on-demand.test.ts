import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { clientOptions, startTestCloud } from '../gateway/testing.ts'
import { testNode } from '../testing/architecture.ts'
import { hasKept, onDemand } from './on-demand.ts'
import type { Service } from './service.ts'
import { sqs } from './sqs/index.ts'

/** SQS on demand, and how often it was loaded. */
function watched() {
  const seen = { loads: 0 }
  const service = onDemand({
    name: 'sqs',
    target: 'AmazonSQS',
    emulates: ['queue'],
    provides: ['queues'],
    receives: 'sqs',
    hasWork: hasKept('sqs'),
    load: async () => {
      seen.loads++
      return sqs
    },
  })
  return { service, seen }
}

const queue = (name: string) =>
  testNode('queue', name, {
    name,
    arn: `arn:aws:sqs:us-east-1:123456789012:${name}`,
    url: `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`,
    delay: 0,
    maximumMessageBytes: 1_048_576,
    retention: 345_600_000,
    receiveWait: 0,
    visibilityTimeout: 30_000,
  })

const DELIVERY = {
  to: 'arn:aws:sqs:us-east-1:123456789012:nobody',
  from: { kind: 'service', service: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::pictures' },
  body: 'hello',
} as const

describe('a service on demand', () => {
  it('is not loaded while nobody asks for it', async () => {
    const { service, seen } = watched()
    await using cloud = await startTestCloud({ services: [service] })

    expect(cloud.world.ports.comes('queues')).toBe(true)
    expect(seen.loads).toBe(0)
  })

  it('starts at once when the template has something of it', async () => {
    const { service, seen } = watched()
    await using _ = await startTestCloud({ services: [service], nodes: [queue('orders')] })

    expect(seen.loads).toBe(1)
  })

  it('starts with the first call of its API, once, and answers it', async () => {
    const { service, seen } = watched()
    await using cloud = await startTestCloud({ services: [service] })
    const client = new SQSClient(clientOptions(cloud.gateway.url))

    const [made] = await Promise.all(['a', 'b'].map(name => client.send(new CreateQueueCommand({ QueueName: name }))))

    expect(
      (await client.send(new SendMessageCommand({ QueueUrl: made?.QueueUrl, MessageBody: 'x' }))).MessageId,
    ).toBeTruthy()
    expect(seen.loads).toBe(1)
  })

  it('starts when somebody needs its port', async () => {
    const { service, seen } = watched()
    await using cloud = await startTestCloud({ services: [service] })

    expect((await cloud.world.ports.need('queues')).list()).toEqual([])
    expect(seen.loads).toBe(1)
  })

  it('starts with the first delivery to it, which it then takes or refuses', async () => {
    const { service, seen } = watched()
    await using cloud = await startTestCloud({ services: [service] })

    expect(await cloud.world.deliveries.deliver(DELIVERY)).toBe(false)
    expect(seen.loads).toBe(1)
  })

  it('takes what is delivered while it starts', async () => {
    const { service } = watched()
    const early: Promise<unknown>[] = []
    const sender: Service = {
      name: 'sender',
      emulates: [],
      async start({ deliveries }) {
        early.push(deliveries.handOver(DELIVERY).catch(String))
        return { stop: async () => {} }
      },
    }
    await using _ = await startTestCloud({ services: [service, sender], nodes: [queue('orders')] })

    expect(await early[0]).toMatch(/there is no queue/)
  })

  it('starts by itself when an earlier run has left work for it', async () => {
    const { service, seen } = watched()
    await using first = await startTestCloud({ services: [service] })
    await new SQSClient(clientOptions(first.gateway.url)).send(new CreateQueueCommand({ QueueName: 'kept' }))
    const again = watched()
    await using _ = await startTestCloud({ services: [again.service], state: first.world.folders.state })

    expect([seen.loads, again.seen.loads]).toEqual([1, 1])
  })

  it('comes with the first of its resources in a changed template, and takes changes from then on', async () => {
    const { service, seen } = watched()
    await using cloud = await startTestCloud({ services: [service] })
    const client = new SQSClient(clientOptions(cloud.gateway.url))
    const names = async () =>
      ((await client.send(new ListQueuesCommand({}))).QueueUrls ?? []).map(url => url.split('/').at(-1))

    expect(await cloud.update([queue('orders'), queue('news')])).toEqual({ status: 'UPDATE_COMPLETE' })
    expect([seen.loads, await names()]).toEqual([1, ['news', 'orders']])

    expect(await cloud.update([queue('news'), queue('more')])).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(await names()).toEqual(['more', 'news'])
  })

  it('is left aside by an update that it fails, and starts with a better one', async () => {
    const broken = { isBroken: true }
    const picky: Service = {
      ...sqs,
      start: world => (broken.isBroken ? Promise.reject(new Error('the disk is full')) : sqs.start(world)),
    }
    const service = onDemand({ name: 'sqs', target: 'AmazonSQS', emulates: ['queue'], load: async () => picky })
    await using cloud = await startTestCloud({ services: [service] })

    const failed = await cloud.update([queue('orders')])
    expect(failed).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'orders: the disk is full' })
    broken.isBroken = false
    expect(await cloud.update([queue('orders')])).toEqual({ status: 'UPDATE_COMPLETE' })
  })

  it('tells whoever needs its port why it could not start', async () => {
    const service = onDemand({
      name: 'sqs',
      emulates: ['queue'],
      provides: ['queues'],
      load: () => Promise.reject(new Error('the disk is full')),
    })
    await using cloud = await startTestCloud({ services: [service] })

    await expect(cloud.world.ports.need('queues')).rejects.toThrow('the disk is full')
  })
})
