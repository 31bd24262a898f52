import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { s3 } from '../services/s3/index.ts'
import { ssm } from '../services/ssm/index.ts'
import { type AwsApi, operation, shape } from './api.ts'
import { startGateway } from './gateway.ts'
import { sessionOf, startTestCloud, type TestCloud, testBucket, testRole } from './testing.ts'

const role = testRole('worker', { Effect: 'Allow', Action: '*', Resource: '*' })

const echo = operation({
  name: 'Echo',
  input: shape({ Name: z.string().optional(), Any: z.unknown().optional() }),
  authorize: () => ({ action: 'echo:Echo', resource: '*' }),
  run: ({ Name }) => ({ Name }),
})
const APIS: readonly AwsApi[] = [
  { signingName: 'json', protocol: { kind: 'json', version: '1.1', target: 'Echo' }, operations: [echo] },
  { signingName: 'query', protocol: { kind: 'query', version: '1', namespace: 'http://echo/' }, operations: [echo] },
  { signingName: 'ec2', protocol: { kind: 'ec2', version: '1', namespace: 'http://echo/' }, operations: [echo] },
]

let cloud: TestCloud
let port: number

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [role, testBucket('site')], services: [s3, ssm] })
  for (const api of APIS) cloud.gateway.register(api)
  port = Number(new URL(cloud.gateway.url).port)
})

// Whatever was sent: the process lives, answers, and nothing was stored.
afterAll(async () => {
  const answer = await raw(
    request({ headers: { ...signed('json'), 'x-amz-target': 'Echo.Echo' }, body: '{"Name":"alive"}' }),
  )
  expect(answer).toContain('{"Name":"alive"}')
  const objects = await cloud.world.ports.need('objects')
  expect(await objects.list('site', '')).toEqual([])
  expect(cloud.world.journal.since(0).filter(({ kind }) => kind === 'gateway.failed')).toEqual([])
  await cloud.stop()
})

const SCOPE = '20261122/us-east-1'
const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${SCOPE}/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  'x-amz-date': '20261122T000000Z',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
})

interface Raw {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** A request, byte for byte. */
function request({ method = 'POST', path = '/', headers = {}, body = '' }: Raw): Buffer {
  const all = { host: '127.0.0.1', 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)])
}

/** Sends bytes and reads everything until the connection ends. */
function raw(bytes: Buffer | string, on: Socket = connect(port, '127.0.0.1')): Promise<string> {
  return new Promise(resolve => {
    let answer = ''
    on.setEncoding('utf8')
    on.on('data', chunk => {
      answer += chunk
    })
    on.on('error', () => {})
    on.on('close', () => resolve(answer))
    on.write(bytes)
  })
}

const md5 = (body: string) => createHash('md5').update(body).digest('base64')

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const codeOf = (answer: string) => (/<Code>(\w+)<\/Code>/.exec(answer) ?? /"__type":"(\w+)"/.exec(answer))?.[1]

const json = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  raw(request({ headers: { ...signed('json'), 'x-amz-target': 'Echo.Echo', ...headers }, body }))
const form = (body: string, service = 'query', headers: Readonly<Record<string, string>> = {}) =>
  raw(
    request({
      headers: { ...signed(service), 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    }),
  )

describe('signatures that cannot be read', () => {
  it.each<[string, string]>([
    ['of another algorithm', 'AWS4-ECDSA-P256-SHA256 Credential=a'],
    ['of version 2', 'AWS key:signature'],
    ['without parts', 'AWS4-HMAC-SHA256 nonsense'],
    ['without a signature', `AWS4-HMAC-SHA256 Credential=a/${SCOPE}/query/aws4_request, SignedHeaders=host`],
    ['with a short scope', 'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0'],
    [
      'with a date that is none',
      'AWS4-HMAC-SHA256 Credential=a/today/us-east-1/query/aws4_request, SignedHeaders=host, Signature=0',
    ],
    [
      'of another terminator',
      `AWS4-HMAC-SHA256 Credential=a/${SCOPE}/query/aws5_request, SignedHeaders=host, Signature=0`,
    ],
  ])('%s are refused in the words of each protocol', async (_, authorization) => {
    const inQuery = await form('Action=Echo&Version=1', 'query', { authorization })
    expect([statusOf(inQuery), codeOf(inQuery)]).toEqual([400, 'IncompleteSignature'])
    const inJson = await json('{}', { authorization })
    expect([statusOf(inJson), codeOf(inJson)]).toEqual([400, 'IncompleteSignatureException'])
  })

  it('without a date are refused', async () => {
    const { 'x-amz-date': _, ...undated } = signed('query')
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await raw(request({ headers: { ...undated, ...type }, body: 'Action=Echo&Version=1' }))
    expect(codeOf(answer)).toBe('IncompleteSignature')
    expect(answer).toContain('X-Amz-Date')
  })
})

describe('what does not exist', () => {
  it.each<[string, () => Promise<string>, number, string]>([
    ['an action of Query', () => form('Action=Nothing&Version=1'), 400, 'InvalidAction'],
    ['no action', () => form('Version=1'), 400, 'InvalidAction'],
    ['an action of EC2', () => form('Action=Nothing&Version=1', 'ec2'), 400, 'InvalidAction'],
    ['an operation of JSON', () => json('{}', { 'x-amz-target': 'Echo.Nothing' }), 400, 'UnknownOperationException'],
    ['a target without operation', () => json('{}', { 'x-amz-target': 'Echo' }), 400, 'UnknownOperationException'],
    [
      'a target of another service',
      () => json('{}', { 'x-amz-target': 'Other.Echo' }),
      400,
      'UnknownOperationException',
    ],
    ['a version', () => form('Action=Echo&Version=2'), 400, 'InvalidAction'],
    ['a member named like a prototype', () => json('{"__proto__":1}'), 400, 'UnknownOperationException'],
    ['a service', () => form('Action=X&Version=1', 'nothing'), 400, 'InvalidAction'],
  ])('%s is refused by name', async (_, send, status, code) => {
    const answer = await send()
    expect([statusOf(answer), codeOf(answer)]).toEqual([status, code])
  })

  it('is not repeated at any length', async () => {
    expect((await form(`Action=${'x'.repeat(100_000)}&Version=1`)).length).toBeLessThan(2_000)
  })
})

describe('bodies', () => {
  const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels)
  it.each<[string, () => Promise<string>, number, string]>([
    ['no JSON', () => json('{'), 400, 'SerializationException'],
    ['a list', () => json('[]'), 400, 'SerializationException'],
    ['no UTF-8', () => json(Buffer.from('7b2261ff', 'hex')), 400, 'SerializationException'],
    ['JSON of a million levels', () => json(`{"Any":${deep('[', ']', 1_000_000)}}`), 400, 'SerializationException'],
    ['JSON of 101 levels', () => json(`{"Any":${deep('{"a":', '}', 100)}}`), 400, 'SerializationException'],
    ['JSON over the limit', () => json(`"${'x'.repeat(17 * 1024 * 1024)}"`), 413, 'RequestEntityTooLargeException'],
    [
      'a gzip bomb',
      () => json(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
      400,
      'SerializationException',
    ],
    [
      'half of a gzip',
      () => json(gzipSync('{}').subarray(0, 15), { 'content-encoding': 'gzip' }),
      400,
      'SerializationException',
    ],
    ['a form of 33 levels', () => form(`Action=Echo&Version=1&${'a.'.repeat(33)}b=1`), 400, 'MalformedInput'],
    ['a form of both a value and a list', () => form('Action=Echo&Version=1&a=1&a.b=2'), 400, 'MalformedInput'],
    [
      'a form of a million parameters',
      () => form(`Action=Echo&Version=1${'&a=1'.repeat(1_000_000)}`),
      400,
      'MalformedInput',
    ],
    ['a form over the limit', () => form(`Action=${'x'.repeat(17 * 1024 * 1024)}`), 413, 'RequestEntityTooLarge'],
  ])('of %s are refused', async (_, send, status, code) => {
    const answer = await send()
    expect([statusOf(answer), codeOf(answer)]).toEqual([status, code])
  })

  it('may have brackets in their texts', async () => {
    expect(statusOf(await json(JSON.stringify({ Name: `${'[{"\\'.repeat(200)}` })))).toBe(200)
  })

  const xml = (body: string) =>
    raw(request({ path: '/site?delete', headers: { ...signed('s3'), 'content-md5': md5(body) }, body }))
  const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>`
  it.each([
    ['entities', bomb],
    ['entities of the system', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Delete>&x;</Delete>'],
    ['10,000 levels', deep('<a>', '</a>', 10_000)],
    ['an end that is missing', '<Delete><Object>'],
  ])('of XML with %s are refused', async (_, body) => {
    const answer = await xml(body)
    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'MalformedXML'])
    expect(answer).not.toContain('root:')
  })
})

describe('paths', () => {
  it.each(['/site/../../../etc/passwd', '/site/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '//etc/passwd'])(
    '%s leads to nothing of this machine',
    async path => {
      const answer = await raw(request({ method: 'GET', path, headers: signed('s3') }))
      expect(statusOf(answer)).toBeLessThan(500)
      expect(answer).not.toContain('root:')
    },
  )

  it('that are no text are refused', async () => {
    const answer = await raw(request({ method: 'GET', path: '/site/%ff%zz', headers: signed('s3') }))
    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'InvalidURI'])
  })
})

describe('broken HTTP', () => {
  const head = 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n'
  it.each<[string, string, number]>([
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}x`, 400],
    ['a length that is no number', `${head}content-length: two\r\n\r\n{}`, 400],
    ['a negative length', `${head}content-length: -2\r\n\r\n{}`, 400],
    ['a length and chunks', `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a chunk of a broken size', `${head}transfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n{}\r\n`, 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a bare carriage return', `${head}a: b\rc: d\r\n\r\n`, 400],
    ['header fields of 100 KB', `${head}a: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ])('%s is refused and the connection ends', async (_, bytes, status) => {
    expect(statusOf(await raw(bytes))).toBe(status)
  })

  it('a body shorter than its length stores nothing', async () => {
    const socket = connect(port, '127.0.0.1')
    const headers = { ...signed('s3'), 'content-length': '100' }
    const answer = raw(request({ method: 'PUT', path: '/site/short', headers, body: 'only this' }), socket)
    socket.end()
    expect(statusOf(await answer)).not.toBe(200)
  })

  it.each(['ends', 'is cut'])(
    'a call whose connection %s in the middle of its body is no failure of ours',
    async how => {
      const socket = connect(port, '127.0.0.1')
      const headers = {
        ...signed('query'),
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '100',
      }
      const answer = raw(request({ headers, body: 'Action=Echo&Version=1' }), socket)
      if (how === 'ends') socket.end()
      else socket.resetAndDestroy()
      expect(statusOf(await answer)).not.toBe(200)
    },
  )

  it('a body that stops coming is refused after 20 seconds', async () => {
    const clock = new VirtualClock()
    const gateway = await startGateway({ ...cloud.world, realtime: clock }, { port: 0 })
    for (const api of APIS) gateway.register(api)
    const headers = { ...signed('query'), 'content-type': 'application/x-www-form-urlencoded', 'content-length': '100' }
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    let done = false
    const answer = raw(request({ headers, body: 'Action=' }), socket).finally(() => {
      done = true
    })
    for (let waited = 0; !done && waited < 100_000; waited++) await clock.advance(seconds(1))
    expect([statusOf(await answer), codeOf(await answer)]).toEqual([400, 'RequestTimeout'])
    const stopped = gateway.stop()
    await clock.advance(minutes(1))
    await stopped
  })
})

describe('who may come in', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['a page by DNS rebinding', { host: 'attacker.example.com' }],
    ['a page by DNS rebinding with a port', { host: `attacker.example.com:4566` }],
    ['a page of another origin', { origin: 'https://example.com' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a picture of a page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
  ])('not %s', async (_, headers) => {
    for (const service of ['json', 's3', 'query']) {
      const answer = await raw(request({ headers: { ...signed(service), 'x-amz-target': 'Echo.Echo', ...headers } }))
      expect(answer).toMatch(/HTTP\/1\.1 40[03]/)
      expect(answer).toMatch(/AccessDenied/)
    }
  })

  it('not a preflight', async () => {
    const headers = { origin: 'https://example.com', 'access-control-request-method': 'PUT' }
    const answer = await raw(request({ method: 'OPTIONS', path: '/site/x', headers }))
    expect(statusOf(answer)).toBe(403)
    expect(answer.toLowerCase()).not.toContain('access-control-allow-origin')
  })
})

it('keys that were issued are refused with another region on the own port, too', async () => {
  const { accessKeyId, sessionToken } = cloud.world.credentials.issue(sessionOf(role), hours(1))
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/eu-west-1/query/aws4_request, SignedHeaders=host, Signature=00`
  const answer = await form('Action=Echo&Version=1', 'query', { authorization, 'x-amz-security-token': sessionToken })
  expect([statusOf(answer), codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
})
