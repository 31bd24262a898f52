import { request } from 'node:http'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { seconds } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, policy, startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const open = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false }
const shared = testBucket('shared', {
  publicAccessBlock: open,
  policy: policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }),
  cors: [
    {
      allowedOrigins: ['https://*.example.com'],
      allowedMethods: ['GET', 'PUT'],
      allowedHeaders: ['x-amz-*', 'content-type'],
      exposedHeaders: ['ETag'],
      maxAge: seconds(600),
    },
    { allowedOrigins: ['*'], allowedMethods: ['HEAD'], allowedHeaders: [], exposedHeaders: [] },
  ],
})

let cloud: TestCloud
let socketPath: string

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [shared, testBucket('plain')], services: [s3] })
  // Browsers come by what stands in front of S3, never by the gateway's own port.
  socketPath = await cloud.gateway.link({ kind: 'anonymous' })
  const client = new S3Client({ ...clientOptions(cloud.gateway.url) })
  await client.send(new PutObjectCommand({ Bucket: 'shared', Key: 'a', Body: 'a' }))
  client.destroy()
})

afterAll(() => cloud.stop())

const ask = (method: string, headers: Record<string, string>, bucket = 'shared', path = '/a') =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const host = `${bucket}.s3.us-east-1.amazonaws.com`
    const outgoing = request({ socketPath, method, path, headers: { host, ...headers } }, async answer => {
      let body = ''
      for await (const chunk of answer) body += chunk
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body })
    })
    outgoing.on('error', reject).end()
  })
const preflight = (origin: string, method: string, headers?: string, bucket?: string) =>
  ask(
    'OPTIONS',
    {
      origin,
      'access-control-request-method': method,
      ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
    },
    bucket,
  )

describe('the question of a browser', () => {
  it('is answered by the rule that fits, without anybody signing it', async () => {
    const answer = await preflight('https://shop.example.com', 'PUT', 'X-Amz-Date, Content-Type')
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example.com',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-date, content-type',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '600',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    })
    expect((await preflight('https://anybody.example.org', 'HEAD')).headers).toMatchObject({
      'access-control-allow-origin': '*',
    })
  })

  it.each([
    ['another origin', 'https://example.org', 'PUT', undefined],
    ['another method', 'https://shop.example.com', 'DELETE', undefined],
    ['another header field', 'https://shop.example.com', 'PUT', 'x-other'],
  ])('is refused for %s', async (_, origin, method, headers) => {
    const answer = await preflight(origin, method, headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('<Code>AccessForbidden</Code>')
  })

  it('is refused by a bucket without rules, and when it asks nothing', async () => {
    expect((await preflight('https://shop.example.com', 'GET', undefined, 'plain')).body).toContain(
      'CORS is not enabled',
    )
    expect(await ask('OPTIONS', {})).toMatchObject({ status: 400 })
  })
})

describe('an answer to a page of another origin', () => {
  it('may be read where a rule says so, errors too', async () => {
    const allowed = { 'access-control-allow-origin': 'https://shop.example.com' }
    const origin = 'https://shop.example.com'
    expect(await ask('GET', { origin })).toMatchObject({ status: 200, headers: allowed, body: 'a' })
    expect(await ask('GET', { origin }, 'shared', '/missing')).toMatchObject({ status: 403, headers: allowed })
    const other = await ask('GET', { origin: 'https://example.org' })
    expect(other.status).toBe(200)
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })
})
