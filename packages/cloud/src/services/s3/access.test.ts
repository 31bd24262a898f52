import { request } from 'node:http'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { PolicyStatement } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientOptions,
  cloudFront,
  failureOf,
  policy,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testBucket,
  testRole,
} from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const DISTRIBUTION = 'arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE'

const onlyTls: PolicyStatement = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:*',
  Resource: ['arn:aws:s3:::site', 'arn:aws:s3:::site/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
}
const site = testBucket('site', {
  policy: policy(onlyTls, {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::site/*',
    Condition: { StringEquals: { 'AWS:SourceArn': DISTRIBUTION } },
  }),
})
const open = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false }
const everybodyReads = (bucket: string) =>
  policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` })
const open1 = testBucket('open', { policy: everybodyReads('open'), publicAccessBlock: open })
const restricted = testBucket('restricted', {
  policy: everybodyReads('restricted'),
  publicAccessBlock: { ...open, restrictPublicBuckets: true },
})
const locked = testBucket('locked', {
  policy: policy({ Effect: 'Deny', Principal: '*', Action: 's3:Delete*', Resource: 'arn:aws:s3:::locked/keep/*' }),
})
const reader = testRole(
  'reader',
  { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::plain/*' },
  {
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::plain',
    Condition: { StringLike: { 's3:prefix': ['public/*'] } },
  },
)
const nobody = testRole('nobody')

let cloud: TestCloud
let administrator: S3Client

beforeAll(async () => {
  const buckets = [site, open1, restricted, locked, testBucket('plain')]
  cloud = await startTestCloud({ nodes: [...buckets, reader, nobody], services: [s3] })
  administrator = new S3Client({ ...clientOptions(cloud.gateway.url) })
  for (const { name } of buckets)
    await administrator.send(new PutObjectCommand({ Bucket: name, Key: 'index.html', Body: 'hello' }))
})

afterAll(async () => {
  administrator.destroy()
  await cloud.stop()
})

/** A plain request without signature on the gateway's port or on a link. */
function plain(
  path: string,
  on: { socketPath: string } | undefined,
  host: string,
): Promise<{ status: number; body: string }> {
  const { port } = new URL(cloud.gateway.url)
  const place = on ?? { host: '127.0.0.1', port }
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...place, path, headers: { host } }, async answer => {
      let body = ''
      for await (const chunk of answer) body += chunk
      resolve({ status: answer.statusCode ?? 0, body })
    })
    outgoing.on('error', reject).end()
  })
}

const HOST = 'site.s3.us-east-1.amazonaws.com'

describe('who may read a bucket', () => {
  it('L-15: nobody without a signature, on any address of it', async () => {
    for (const [host, path] of [
      [HOST, '/index.html'],
      ['site.s3.amazonaws.com', '/index.html'],
      ['site.s3.localhost:1234', '/index.html'],
      ['127.0.0.1', '/site/index.html'],
      [HOST, '/'],
      [HOST, '/missing.html'],
    ] as const) {
      const { status, body } = await plain(path, undefined, host)
      expect({ host, path, status }).toEqual({ host, path, status: 403 })
      expect(body).toContain('<Code>AccessDenied</Code><Message>Access Denied</Message>')
    }
  })

  it('L-16: CloudFront for the distribution that the policy names, without any signature', async () => {
    const socketPath = await cloud.gateway.link(cloudFront('E1EXAMPLE'))
    expect(await plain('/index.html', { socketPath }, HOST)).toEqual({ status: 200, body: 'hello' })
    // It may not list, so that it doesn't learn what is missing.
    expect(await plain('/missing.html', { socketPath }, HOST)).toMatchObject({ status: 403 })
    expect(await plain('/', { socketPath }, HOST)).toMatchObject({ status: 403 })
  })

  it('L-16: CloudFront for another distribution gets nothing', async () => {
    const socketPath = await cloud.gateway.link(cloudFront('E2OTHER'))
    expect(await plain('/index.html', { socketPath }, HOST)).toMatchObject({ status: 403 })
  })

  it('L-12: a role as far as its policy goes, and the message of a refusal is that of AWS', async () => {
    const client = new S3Client({
      ...(await cloud.as(sessionOf(reader), { context: { 'aws:SecureTransport': 'true' } })),
      forcePathStyle: true,
    })
    const get = (Bucket: string, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }))
    expect(await (await get('plain', 'index.html')).Body?.transformToString()).toBe('hello')
    expect(await failureOf(get('site', 'index.html'))).toEqual({
      name: 'AccessDenied',
      status: 403,
      message:
        'User: arn:aws:sts::123456789012:assumed-role/reader/i-0123456789abcdef0 is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::site/index.html" because no identity-based policy allows the s3:GetObject action',
    })
    const put = client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'x', Body: 'x' }))
    expect(await failureOf(put)).toMatchObject({ name: 'AccessDenied', status: 403 })
    const list = (Prefix: string) => client.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix }))
    expect(await list('public/')).toMatchObject({ KeyCount: 0 })
    expect(await failureOf(list(''))).toMatchObject({ name: 'AccessDenied' })
    // Without ListBucket on the whole bucket a missing key is forbidden.
    expect(await failureOf(get('plain', 'missing'))).toMatchObject({ name: 'AccessDenied', status: 403 })
    const head = client.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'missing' }))
    expect(await failureOf(head)).toMatchObject({ status: 403 })
    const denied = await cloud.world.journal.find(
      ({ kind, details }) => kind === 'identity.denied' && details?.action === 's3:PutObject',
    )
    expect(denied).toMatchObject({
      node: 'reader',
      details: { resource: 'arn:aws:s3:::plain/x', decision: 'implicitDeny' },
    })
  })

  it("a request of an instance that isn't signed is nobody's", async () => {
    const socketPath = await cloud.gateway.link(sessionOf(reader))
    expect(await plain('/index.html', { socketPath }, 'plain.s3.amazonaws.com')).toMatchObject({ status: 403 })
  })

  it('a policy that demands TLS refuses a plain connection of an instance, by explicit deny', async () => {
    const client = new S3Client({ ...(await cloud.as(sessionOf(reader))), forcePathStyle: true })
    const failure = await failureOf(client.send(new GetObjectCommand({ Bucket: 'site', Key: 'index.html' })))
    expect(failure.message).toContain('with an explicit deny in a resource-based policy')
  })

  it('everybody when the policy is public and nothing blocks it', async () => {
    expect(await plain('/index.html', undefined, 'open.s3.amazonaws.com')).toEqual({ status: 200, body: 'hello' })
    expect(await plain('/index.html', undefined, 'restricted.s3.amazonaws.com')).toMatchObject({ status: 403 })
    const override = await plain('/index.html?response-content-type=a', undefined, 'open.s3.amazonaws.com')
    expect(override).toMatchObject({ status: 400 })
  })

  it('the administrator but for an explicit deny of the bucket, which names each key that stays', async () => {
    const put = (Key: string) => administrator.send(new PutObjectCommand({ Bucket: 'locked', Key, Body: 'x' }))
    await Promise.all([put('keep/1'), put('drop/1')])
    const answer = await administrator.send(
      new DeleteObjectsCommand({ Bucket: 'locked', Delete: { Objects: [{ Key: 'keep/1' }, { Key: 'drop/1' }] } }),
    )
    expect(answer.Deleted).toEqual([{ Key: 'drop/1' }])
    expect(answer.Errors).toMatchObject([{ Key: 'keep/1', Code: 'AccessDenied' }])
    expect(answer.Errors?.[0]?.Message).toContain('explicit deny in a resource-based policy')
  })

  it('other services of the cloud by the same policies when they ask for somebody', async () => {
    const objects = await cloud.world.ports.need('objects')
    const { body } = await objects.get('plain', 'index.html', sessionOf(reader))
    expect(await body.toArray()).toEqual([Buffer.from('hello')])
    await expect(objects.get('plain', 'index.html', sessionOf(nobody))).rejects.toThrow('s3:GetObject')
    expect((await objects.list('plain', '')).map(({ key }) => key)).toEqual(['index.html'])
  })
})

it('refuses to start with a public policy that the bucket itself blocks, as the deployment would fail', async () => {
  const bucket = testBucket('blocked', { policy: everybodyReads('blocked') })
  await expect(startTestCloud({ nodes: [bucket], services: [s3] })).rejects.toMatchObject({
    code: 'S3_PUBLIC_POLICY_BLOCKED',
  })
})
