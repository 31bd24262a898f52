import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { days, seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery, Receiver } from '../../../deliveries.ts'
import {
  clientOptions,
  failureOf,
  policy,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testBucket,
  testRole,
} from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
// S3 tells queues by the port and the deliveries alone; here a real queue hears it.
import { sqs } from '../../sqs/index.ts'
import { s3 } from '../index.ts'

const SENT = { kind: 'service', service: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::incoming' }
const writer = testRole('writer', { Effect: 'Allow', Action: 's3:*', Resource: '*' })

let cloud: TestCloud
let client: S3Client
let queues: SQSClient
const heard: Delivery[] = []

beforeEach(async () => {
  const nodes = [testBucket('incoming'), testBucket('versions', { versioning: true }), writer]
  cloud = await startTestCloud({ nodes, services: [sqs, s3] })
  client = new S3Client({ ...clientOptions(cloud.gateway.url) })
  queues = new SQSClient(clientOptions(cloud.gateway.url))
  heard.length = 0
  for (const receiver of ['sns', 'lambda', 'events'] satisfies Receiver[]) {
    cloud.world.deliveries.register(receiver, delivery => void heard.push(delivery))
  }
})

afterEach(async () => {
  client.destroy()
  queues.destroy()
  await cloud.stop()
})

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:changes'
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:resize'

const configure = (NotificationConfiguration: object, Bucket = 'incoming') =>
  client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
const put = (Key: string, Bucket = 'incoming') => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
const events = () => heard.map(({ to, body }) => ({ to, ...JSON.parse(body) }))
const names = () =>
  events().flatMap(({ Records = [] }) => Records.map(({ eventName }: { eventName: string }) => eventName))

describe('notifications', () => {
  it('tell a topic and a function in the JSON of AWS who did what to which object', async () => {
    await configure({
      TopicConfigurations: [
        {
          Id: 'pictures',
          TopicArn: TOPIC,
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.jpeg' }] } },
        },
      ],
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectRemoved:Delete'] }],
    })
    expect(events()).toEqual([
      {
        to: TOPIC,
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: expect.stringMatching(/Z$/),
        Bucket: 'incoming',
        RequestId: expect.any(String),
        HostId: expect.any(String),
      },
    ])
    heard.length = 0
    const byRole = new S3Client({ ...(await cloud.as(sessionOf(writer))), forcePathStyle: true })
    await byRole.send(new PutObjectCommand({ Bucket: 'incoming', Key: 'red mug+ä.jpeg', Body: 'xyz' }))
    await put('notes.txt')
    await client.send(new DeleteObjectCommand({ Bucket: 'incoming', Key: 'notes.txt' }))
    expect(heard.map(({ to, from }) => ({ to, from }))).toEqual([
      { to: TOPIC, from: SENT },
      { to: FUNCTION, from: SENT },
    ])
    expect(events()[0]).toEqual({
      to: TOPIC,
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: expect.stringMatching(/^AWS:AROA\w{17}:i-0123456789abcdef0$/) },
          requestParameters: { sourceIPAddress: expect.any(String) },
          responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'pictures',
            bucket: {
              name: 'incoming',
              ownerIdentity: { principalId: expect.stringMatching(/^A\w{13}$/) },
              arn: 'arn:aws:s3:::incoming',
            },
            object: {
              key: 'red+mug%2B%C3%A4.jpeg',
              size: 3,
              eTag: 'd16fb36f0911f878998c136191af705e',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    })
    expect(events()[1].Records).toMatchObject([
      { eventName: 'ObjectRemoved:Delete', s3: { object: { key: 'notes.txt' } } },
    ])
    byRole.destroy()
  })

  it('have a name for every way in which an object comes and goes', async () => {
    await configure(
      {
        LambdaFunctionConfigurations: [
          { LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'] },
        ],
      },
      'versions',
    )
    const Bucket = 'versions'
    await put('a', Bucket)
    await client.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'versions/a' }))
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'c' }))
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key: 'c', UploadId, PartNumber: 1, Body: 'c' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'c', UploadId, MultipartUpload }))
    const unfinished = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'd' }))
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'd', UploadId: unfinished.UploadId }))
    await client.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }),
    )
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'a' }))
    const { VersionId } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }))
    expect(names()).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
      'ObjectTagging:Put',
      'ObjectTagging:Delete',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
    ])
    const sequencers = events().flatMap(({ Records }) =>
      Records.map(({ s3 }: { s3: { object: { sequencer: string } } }) => s3.object.sequencer),
    )
    expect(sequencers[0] < sequencers[1] && sequencers[1] < sequencers[2]).toBe(true)
  })

  it('reach the event bus when the bucket sends to it', async () => {
    await put('silent')
    expect(heard).toEqual([])
    await configure({ EventBridgeConfiguration: {} }, 'versions')
    await put('a b', 'versions')
    await client.send(new DeleteObjectCommand({ Bucket: 'versions', Key: 'a b' }))
    expect(events()).toMatchObject([
      {
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '123456789012',
        resources: ['arn:aws:s3:::versions'],
        detail: {
          version: '0',
          bucket: { name: 'versions' },
          object: { key: 'a b', size: 1, 'version-id': expect.any(String), sequencer: expect.any(String) },
          requester: '123456789012',
          reason: 'PutObject',
        },
      },
      {
        'detail-type': 'Object Deleted',
        detail: { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
      },
    ])
  })

  it('are on the queue whose policy lets S3 send for this bucket, and refused for any other', async () => {
    const arn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: arn('open'),
          Condition: {
            ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::incoming' },
            StringEquals: { 'aws:SourceAccount': '123456789012' },
          },
        },
      ],
    })
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'open', Attributes: { Policy } }))
    await queues.send(new CreateQueueCommand({ QueueName: 'closed' }))
    const to = (name: string) => ({ QueueConfigurations: [{ QueueArn: arn(name), Events: ['s3:ObjectCreated:*'] }] })
    for (const [name, bucket] of [
      ['closed', 'incoming'],
      ['missing', 'incoming'],
      ['open', 'versions'],
    ] as const) {
      const failure = await failureOf(configure(to(name), bucket))
      expect(failure).toMatchObject({ name: 'InvalidArgument', status: 400 })
      expect(failure.message).toContain('Unable to validate the following destination configurations')
    }
    await configure(to('open'))
    await put('order.csv')
    const bodies: { Event?: string; Records?: unknown[] }[] = []
    while (bodies.length < 2) {
      const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })
      const { Messages = [] } = await queues.send(receive)
      bodies.push(...Messages.map(({ Body = '' }) => JSON.parse(Body)))
    }
    expect(bodies.find(({ Event }) => Event)).toMatchObject({ Event: 's3:TestEvent', Bucket: 'incoming' })
    expect(bodies.find(({ Records }) => Records)?.Records).toMatchObject([{ s3: { object: { key: 'order.csv' } } }])
  })
})

it('of a template begin with the test message, when the queue is there, and once', async () => {
  const state = mkdtempSync(join(tmpdir(), 'terrace-s3-'))
  const target = {
    target: 'arn:aws:sqs:us-east-1:123456789012:uploads',
    events: ['s3:ObjectCreated:*'],
    prefix: '',
    suffix: '',
  }
  const bucket = testBucket('template', { notifications: { eventBridge: false, targets: [target] } })
  const queue = testNode('queue', 'uploads', {
    name: 'uploads',
    arn: target.target,
    url: 'https://sqs.us-east-1.amazonaws.com/123456789012/uploads',
    delay: 0,
    maximumMessageBytes: 262_144,
    retention: days(4),
    receiveWait: 0,
    visibilityTimeout: seconds(30),
    policy: policy({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    }),
  })
  try {
    for (const round of [1, 2]) {
      // The queue comes after the bucket.
      await using own = await startTestCloud({ nodes: [bucket, queue], services: [s3, sqs], state })
      const port = await own.world.ports.need('queues')
      await expect.poll(() => ({ round, visible: port.list()[0]?.visible })).toEqual({ round, visible: 1 })
    }
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
})
