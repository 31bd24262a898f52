import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Agent, type ClientRequest, type OutgoingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { s3 } from './index.ts'

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [testBucket('site')], services: [s3] })
})

afterAll(async () => {
  await cloud.stop()
})

const SIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  'x-amz-date': '20261122T000000Z',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
}

const blobs = () => readdirSync(join(cloud.world.folders.data, 's3', 'site', 'blobs')).length

function open(
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  agent: Agent | false = false,
): ClientRequest {
  const { port } = new URL(cloud.gateway.url)
  return request({ host: '127.0.0.1', port, method, path, headers: { ...SIGNED, ...headers }, agent })
}

function answerOf(outgoing: ClientRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', async answer => {
      let body = ''
      for await (const chunk of answer) body += chunk
      resolve({ status: answer.statusCode ?? 0, body })
    })
  })
}

function send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = '') {
  const outgoing = open(method, path, headers)
  const answer = answerOf(outgoing)
  outgoing.end(body)
  return answer
}

describe('bodies on the wire', () => {
  it('an upload that is cut off half-way leaves nothing visible and nothing on disk', async () => {
    const before = blobs()
    const outgoing = open('PUT', '/site/half', { 'content-length': 1_000_000 })
    outgoing.on('error', () => {})
    outgoing.write(Buffer.alloc(500_000))
    await expect.poll(blobs).toBe(before + 1)
    outgoing.destroy()
    await expect.poll(blobs).toBe(before)
    expect(await send('GET', '/site/half')).toMatchObject({ status: 404 })
    expect(cloud.world.journal.since(0).filter(({ kind }) => kind === 'gateway.failed')).toEqual([])
  })

  it('an upload that is bound to fail is never sent by a client that expects 100-continue', async () => {
    await send('PUT', '/site/there', { 'content-length': 1 }, 'x')
    const outgoing = open('PUT', '/site/there', { 'content-length': 5, expect: '100-continue', 'if-none-match': '*' })
    const told: string[] = []
    outgoing.on('continue', () => told.push('continue'))
    const answer = answerOf(outgoing)
    outgoing.flushHeaders()
    expect(await answer).toMatchObject({ status: 412 })
    expect(told).toEqual([])
    outgoing.destroy()
  })

  it('a client that expects 100-continue is told to go on', async () => {
    const outgoing = open('PUT', '/site/continued', { 'content-length': 5, expect: '100-continue' })
    outgoing.on('continue', () => outgoing.end('hello'))
    const answer = answerOf(outgoing)
    outgoing.flushHeaders()
    expect(await answer).toMatchObject({ status: 200 })
    expect(await send('GET', '/site/continued')).toEqual({ status: 200, body: 'hello' })
  })

  const chunked = (body: string, length: number, rest: OutgoingHttpHeaders = {}) =>
    send(
      'PUT',
      '/site/chunked',
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': length,
        'content-length': Buffer.byteLength(body),
        ...rest,
      },
      body,
    )

  it.each([
    ['without signatures', '5\r\nhello\r\n0\r\n\r\n', 200, ''],
    ['with signatures', '5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\n\r\n', 200, ''],
    ['in several chunks', '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', 200, ''],
    ['that ends in a chunk', '5\r\nhel', 400, 'IncompleteBody'],
    ['that ends before the last chunk', '5\r\nhello\r\n', 400, 'IncompleteBody'],
    ['with less than promised', '4\r\nhell\r\n0\r\n\r\n', 400, 'IncompleteBody'],
    ['with no size', 'hello', 400, 'IncompleteBody'],
    ['with nonsense for a size', 'x\r\nhello\r\n0\r\n\r\n', 400, 'InvalidRequest'],
    ['with a chunk longer than it says', '4\r\nhello\r\n0\r\n\r\n', 400, 'InvalidRequest'],
  ])('an aws-chunked body %s', async (_, body, status, code) => {
    const before = blobs()
    const answer = await chunked(body, 5)
    expect(answer.status).toBe(status)
    expect(answer.body).toContain(code)
    if (status === 200) expect(await send('GET', '/site/chunked')).toEqual({ status: 200, body: 'hello' })
    else await expect.poll(blobs).toBe(before)
  })

  it('a trailing checksum is verified, and missed when it was announced', async () => {
    const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' }
    expect(await chunked('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 5, trailer)).toMatchObject({
      status: 200,
    })
    const wrong = await chunked('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 5, trailer)
    expect(wrong.body).toContain('<Code>BadDigest</Code>')
    expect((await chunked('5\r\nhello\r\n0\r\n\r\n', 5, trailer)).body).toContain('<Code>InvalidRequest</Code>')
  })

  it('a body that is not what x-amz-content-sha256 says is refused', async () => {
    const answer = await send('PUT', '/site/hash', { 'x-amz-content-sha256': '0'.repeat(64), 'content-length': 1 }, 'x')
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain('<Code>XAmzContentSHA256Mismatch</Code>')
  })

  it('a large upload that turns out wrong in the middle is answered, and its connection goes on', async () => {
    const before = blobs()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const body = `10000\r\n${'x'.repeat(0x10000)}\r\nnonsense\r\n${'x'.repeat(8_000_000)}`
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': 9_000_000,
      'content-length': body.length,
    }
    const first = open('PUT', '/site/wrong', headers, agent)
    const answer = answerOf(first)
    first.end(body)
    expect(await answer).toMatchObject({ status: 400, body: expect.stringContaining('<Code>InvalidRequest</Code>') })
    const { socket } = first
    const second = open('GET', '/site/wrong', {}, agent)
    const next = answerOf(second)
    second.end()
    expect(await next).toMatchObject({ status: 404 })
    expect(second.socket).toBe(socket)
    agent.destroy()
    await expect.poll(blobs).toBe(before)
  })

  it('a body of unknown length is refused', async () => {
    const answer = await send('PUT', '/site/unknown', { 'transfer-encoding': 'chunked' }, 'x')
    expect(answer).toMatchObject({ status: 411 })
  })

  it('a path that is no proper encoding is a bad request', async () => {
    const answer = await send('GET', '/site/%E0%A4%A')
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain('<Code>InvalidURI</Code>')
  })

  it.each([
    ['no XML', 'nonsense'],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><Delete><Object><Key>&x;</Key></Object></Delete>'],
    ['no keys', '<Delete></Delete>'],
    ['an empty key', '<Delete><Object><Key></Key></Object></Delete>'],
  ])('a deletion of several keys with %s is malformed', async (_, body) => {
    const md5 = createHash('md5').update(body).digest('base64')
    const answer = await send(
      'POST',
      '/site?delete',
      { 'content-md5': md5, 'content-length': Buffer.byteLength(body) },
      body,
    )
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain('<Code>MalformedXML</Code>')
  })

  it('an answer to HEAD has no body, whatever went wrong', async () => {
    expect(await send('HEAD', '/site/missing')).toEqual({ status: 404, body: '' })
  })
})

describe('presigned URLs', () => {
  const presigned = (changes: Record<string, string>, path = '/site/presigned') => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request',
      'X-Amz-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '0'.repeat(64),
      ...changes,
    })
    return `${cloud.gateway.url}${path}?${query}`
  }

  it('upload and download as who signed them', async () => {
    expect(await fetch(presigned({}), { method: 'PUT', body: 'presigned' })).toMatchObject({ status: 200 })
    const downloaded = await fetch(presigned({ 'response-content-type': 'text/csv' }))
    expect(downloaded.headers.get('content-type')).toBe('text/csv')
    expect(await downloaded.text()).toBe('presigned')
  })

  it.each([
    ['when they are over', { 'X-Amz-Date': '20200101T000000Z' }, 403, 'Request has expired'],
    ['when they last too long', { 'X-Amz-Expires': '604801' }, 400, 'X-Amz-Expires must be less than a week'],
    ['without a life', { 'X-Amz-Expires': '' }, 400, 'AuthorizationQueryParametersError'],
    ['with another algorithm', { 'X-Amz-Algorithm': 'NONE' }, 400, 'AuthorizationQueryParametersError'],
    ['with half a credential', { 'X-Amz-Credential': 'a/b' }, 400, 'AuthorizationQueryParametersError'],
  ])('are refused %s', async (_, changes, status, text) => {
    const answer = await fetch(presigned(changes))
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(text)
  })
})
