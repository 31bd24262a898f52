import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ClientOptions,
  policy,
  Sha256,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testBucket,
  testRole,
} from '../../gateway/testing.ts'
import { s3 } from './index.ts'

const signer = testRole('signer', { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::store/mine/*' })
const store = testBucket('store', {
  policy: policy({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::store/mine/fresh/*',
    Condition: {
      NumericGreaterThan: { 's3:signatureAge': '60000' },
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    },
  }),
})

let cloud: TestCloud
let options: ClientOptions
let client: S3Client

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [store, signer], services: [s3] })
  options = await cloud.as(sessionOf(signer))
  client = new S3Client({ ...options, forcePathStyle: true })
  for (const Key of ['mine/a', 'mine/fresh/a'])
    await client.send(new PutObjectCommand({ Bucket: 'store', Key, Body: 'mine' }))
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

interface Presign {
  readonly method?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly expiresIn?: number
  readonly at?: Date
}

const HOST = 'store.s3.us-east-1.amazonaws.com'

/** The path and query of a URL that the role has signed. */
async function presign(
  path: string,
  { method = 'GET', query = {}, headers = {}, expiresIn = 60, at = new Date() }: Presign = {},
) {
  const { credentials, region } = options
  const sdk = new SignatureV4({
    credentials,
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const unsigned = {
    method,
    protocol: 'https:',
    hostname: HOST,
    path,
    query,
    headers: { host: HOST, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
  }
  const signed = await sdk.presign(unsigned, { expiresIn, signingDate: at })
  return `${path}?${new URLSearchParams(Object.entries(signed.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]))}`
}

/** Sends it without any other credentials, as a browser would. */
function use(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
) {
  const { port } = new URL(cloud.gateway.url)
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { host: HOST, ...headers } },
      async answer => {
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode ?? 0, body: text })
      },
    )
    outgoing.on('error', reject).end(body)
  })
}

describe('a presigned URL', () => {
  it("reads and writes with the signer's own permissions, as often as one likes", async () => {
    const path = await presign('/mine/a')
    expect(await use(path)).toEqual({ status: 200, body: 'mine' })
    expect(await use(path)).toEqual({ status: 200, body: 'mine' })
    const upload = await presign('/mine/b', { method: 'PUT' })
    expect(await use(upload, { method: 'PUT', body: 'uploaded' })).toMatchObject({ status: 200 })
    expect(await use(await presign('/mine/b'))).toEqual({ status: 200, body: 'uploaded' })
    expect(await use(await presign('/other'))).toMatchObject({ status: 403 })
  })

  it.each([
    ['another method', { method: 'DELETE' }, (path: string) => path],
    ['another key', {}, (path: string) => path.replace('/mine/a', '/mine/fresh/a')],
    ['another time', {}, (path: string) => path.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
    ['another signature', {}, (path: string) => path.replace(/.$/, last => (last === '0' ? '1' : '0'))],
  ])('is refused with %s', async (_, how, change) => {
    const answer = await use(change(await presign('/mine/a')), how)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  it('is over when it says so, and lasts a week at most', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000)
    const late = await use(await presign('/mine/a', { at: hourAgo, expiresIn: 60 }))
    expect(late).toMatchObject({ status: 403 })
    expect(late.body).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired<\/Message><X-Amz-Expires>60/)
    expect(await use(await presign('/mine/a', { at: hourAgo, expiresIn: 7200 }))).toMatchObject({ status: 200 })
    const long = (await presign('/mine/a')).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801')
    expect(await use(long)).toMatchObject({ status: 400 })
  })

  it('can be made to end earlier by the bucket', async () => {
    expect(await use(await presign('/mine/fresh/a'))).toMatchObject({ status: 200 })
    const older = await presign('/mine/fresh/a', { at: new Date(Date.now() - 120_000), expiresIn: 3600 })
    expect(await use(older)).toMatchObject({ status: 403 })
  })

  it('binds the header fields that it signs, and brings those of S3 in the query', async () => {
    const headers = { 'content-type': 'image/png' }
    const path = await presign('/mine/picture', {
      method: 'PUT',
      headers,
      query: { 'x-amz-meta-by': 'ann', 'x-amz-tagging': 'kind=draft', 'x-amz-storage-class': 'STANDARD_IA' },
    })
    expect(await use(path, { method: 'PUT', headers, body: 'png' })).toMatchObject({ status: 200 })
    expect(await client.send(new HeadObjectCommand({ Bucket: 'store', Key: 'mine/picture' }))).toMatchObject({
      ContentType: 'image/png',
      Metadata: { by: 'ann' },
      StorageClass: 'STANDARD_IA',
    })
    // Not among those that it signs.
    const more = await use(path, { method: 'PUT', headers: { ...headers, 'x-amz-meta-more': '1' }, body: 'png' })
    expect(more).toMatchObject({ status: 403 })
  })

  it('sends other header fields when it asks for them', async () => {
    const path = await presign('/mine/a', { query: { 'response-content-disposition': 'attachment' } })
    expect(await use(path)).toMatchObject({ status: 200 })
    const sum = createHash('md5').update('mine').digest('hex')
    const object = await client.send(new GetObjectCommand({ Bucket: 'store', Key: 'mine/a' }))
    expect(object.ETag).toBe(`"${sum}"`)
  })
})
