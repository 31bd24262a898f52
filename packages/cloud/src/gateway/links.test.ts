import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SignatureV4 } from '@smithy/signature-v4'
import { type Duration, hours, minutes, seconds } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../identity/credentials.ts'
import { kms } from '../services/kms/index.ts'
import { s3 } from '../services/s3/index.ts'
import { secretsmanager } from '../services/secretsmanager/index.ts'
import { type AwsApi, operation, shape } from './api.ts'
import { sha256Hex } from './canonical.ts'
import {
  failureOf,
  policy,
  Sha256,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testBucket,
  testRole,
} from './testing.ts'

const role = testRole('worker', { Effect: 'Allow', Action: ['echo:*', 's3:*'], Resource: '*' })
const other = testRole('other', { Effect: 'Allow', Action: 'echo:Other', Resource: '*' })

const whoami = operation({
  name: 'Whoami',
  input: shape({}),
  authorize: () => ({ action: 'echo:Whoami', resource: '*' }),
  run: (_, { principal }) => ({ Arn: principal.kind === 'role' ? principal.sessionArn : principal.kind }),
})

const APIS: readonly AwsApi[] = [
  { signingName: 'json', protocol: { kind: 'json', version: '1.1', target: 'Echo' }, operations: [whoami] },
  { signingName: 'query', protocol: { kind: 'query', version: '1', namespace: 'http://echo/' }, operations: [whoami] },
  { signingName: 'ec2', protocol: { kind: 'ec2', version: '1', namespace: 'http://echo/' }, operations: [whoami] },
]

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [role, other, testBucket('site')], services: [s3, kms, secretsmanager] })
  for (const api of APIS) cloud.gateway.register(api)
})

afterAll(async () => {
  await cloud.stop()
})

type Key = Omit<Credentials, 'expiration'>

type Protocol = 'json' | 'query' | 'ec2' | 's3'

interface Sending {
  readonly socketPath: string | undefined
  readonly credentials: Key
  readonly protocol: Protocol
  readonly off?: Duration
  readonly region?: string
  readonly service?: string
  readonly host?: string
  /** Changes what was signed. */
  readonly tamper?: (sent: { headers: Record<string, string>; path: string; body: string }) => void
}

const BODIES: Readonly<Record<Protocol, string>> = {
  json: '{}',
  query: 'Action=Whoami&Version=1',
  ec2: 'Action=Whoami&Version=1',
  s3: '',
}

/** Signs as the SDK does and sends over a real socket. */
async function call(sending: Sending) {
  const { credentials, protocol, off = 0, region = 'us-east-1', socketPath } = sending
  const body = BODIES[protocol]
  const host = sending.host ?? '127.0.0.1'
  const type = protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded'
  const signer = new SignatureV4({
    credentials,
    region,
    service: sending.service ?? protocol,
    sha256: Sha256,
    uriEscapePath: protocol !== 's3',
  })
  const signed = await signer.sign(
    {
      method: protocol === 's3' ? 'GET' : 'POST',
      protocol: 'http:',
      hostname: host,
      path: protocol === 's3' ? '/site' : '/',
      query: protocol === 's3' ? { 'list-type': '2', prefix: 'a b' } : {},
      headers: {
        host,
        ...(protocol === 's3' ? { 'x-amz-content-sha256': sha256Hex(body) } : { 'content-type': type }),
        ...(protocol === 'json' ? { 'x-amz-target': 'Echo.Whoami' } : {}),
      },
      body,
    },
    { signingDate: new Date(cloud.world.realtime.now() + off) },
  )
  const sent = {
    headers: { ...signed.headers },
    path: protocol === 's3' ? '/site?list-type=2&prefix=a%20b' : '/',
    body,
  }
  sending.tamper?.(sent)
  return await send(signed.method, sent, socketPath)
}

function send(
  method: string,
  { headers, path, body }: { headers: Record<string, string>; path: string; body: string | Buffer },
  socketPath: string | undefined,
) {
  const place = socketPath === undefined ? { host: '127.0.0.1', port: new URL(cloud.gateway.url).port } : { socketPath }
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const outgoing = request({ ...place, method, path, headers, agent: new Agent() }, async answer => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve({ status: answer.statusCode ?? 0, body: text })
    })
    outgoing.on('error', reject).end(body)
  })
}

/** Without its expiration, which the signer would check itself. */
function issue(lifetime: Duration = hours(1)): Key {
  const { accessKeyId, secretAccessKey, sessionToken } = cloud.world.credentials.issue(sessionOf(role), lifetime)
  return { accessKeyId, secretAccessKey, sessionToken }
}

const link = () => cloud.gateway.link(sessionOf(role))

/** The code in an answer of any protocol. */
const codeOf = (body: string): string | undefined =>
  (/<Code>(\w+)<\/Code>/.exec(body) ?? /"__type":"(\w+)"/.exec(body))?.[1]

const EACH: readonly Protocol[] = ['json', 'query', 'ec2', 's3']

describe('a link', () => {
  it.each(EACH)('L-12: acts as the owner of an issued key whose signature is right (%s)', async protocol => {
    const answer = await call({ socketPath: await link(), credentials: issue(), protocol })
    expect(answer.status).toBe(200)
    if (protocol !== 's3') expect(answer.body).toContain('assumed-role/worker/i-0123456789abcdef0')
  })

  it('acts as the role that the key is of, not as its own', async () => {
    const { expiration: _, ...credentials } = cloud.world.credentials.issue(sessionOf(other), hours(1))
    const answer = await call({ socketPath: await link(), credentials, protocol: 'json' })
    expect(answer.body).toContain('assumed-role/other/i-0123456789abcdef0 is not authorized to perform: echo:Whoami')
  })

  it('of a workload without a role acts as the owner of a key, such as the execution role; nobody signs: nobody', async () => {
    const socketPath = await cloud.gateway.link({ kind: 'anonymous' })
    const signed = await call({ socketPath, credentials: issue(), protocol: 'json' })
    expect(signed).toMatchObject({ status: 200, body: expect.stringContaining('assumed-role/worker') })
    const headers = { host: '127.0.0.1', 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Echo.Whoami' }
    const unsigned = await send('POST', { headers, path: '/', body: '{}' }, socketPath)
    expect(unsigned.status).not.toBe(200)
  })

  it.each<[string, Partial<Sending>, Readonly<Record<Protocol, readonly [number, string]>>]>([
    [
      'a key that was not issued here',
      { credentials: { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x', sessionToken: 'y' } },
      {
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
        ec2: [401, 'AuthFailure'],
        s3: [403, 'InvalidAccessKeyId'],
      },
    ],
    [
      'another token than the one that was issued with it',
      {
        tamper: sent => {
          sent.headers['x-amz-security-token'] = 'another'
        },
      },
      {
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
        ec2: [401, 'AuthFailure'],
        s3: [400, 'InvalidToken'],
      },
    ],
    [
      'no token',
      {
        tamper: sent => {
          delete sent.headers['x-amz-security-token']
        },
      },
      {
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
        ec2: [401, 'AuthFailure'],
        s3: [403, 'InvalidAccessKeyId'],
      },
    ],
    [
      'a signature of another secret',
      {
        tamper: sent => {
          sent.headers.authorization = `${sent.headers.authorization?.slice(0, -4)}0000`
        },
      },
      {
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
        ec2: [403, 'SignatureDoesNotMatch'],
        s3: [403, 'SignatureDoesNotMatch'],
      },
    ],
    [
      'another path than the signed one',
      {
        tamper: sent => {
          sent.path += sent.path.includes('?') ? '&max-keys=1' : '?x=1'
        },
      },
      {
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
        ec2: [403, 'SignatureDoesNotMatch'],
        s3: [403, 'SignatureDoesNotMatch'],
      },
    ],
    [
      'a clock that is 16 minutes slow',
      { off: -minutes(16) },
      {
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
        ec2: [400, 'RequestExpired'],
        s3: [403, 'RequestTimeTooSkewed'],
      },
    ],
    [
      'a clock that is 16 minutes fast',
      { off: minutes(16) },
      {
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
        ec2: [400, 'RequestExpired'],
        s3: [403, 'RequestTimeTooSkewed'],
      },
    ],
    [
      'another region',
      { region: 'eu-west-1' },
      {
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
        ec2: [403, 'SignatureDoesNotMatch'],
        s3: [400, 'AuthorizationHeaderMalformed'],
      },
    ],
  ])('refuses %s as each protocol does', async (_, with_, expected) => {
    for (const protocol of EACH) {
      const answer = await call({ socketPath: await link(), credentials: issue(), protocol, ...with_ })
      expect([protocol, answer.status, codeOf(answer.body)]).toEqual([protocol, ...expected[protocol]])
    }
  })

  it('refuses an expired key as each protocol does', async () => {
    const expected = {
      json: [400, 'ExpiredTokenException'],
      query: [403, 'ExpiredToken'],
      ec2: [400, 'RequestExpired'],
      s3: [400, 'ExpiredToken'],
    }
    for (const protocol of EACH) {
      const answer = await call({ socketPath: await link(), credentials: issue(-seconds(1)), protocol })
      expect([protocol, answer.status, codeOf(answer.body)]).toEqual([protocol, ...expected[protocol]])
    }
  })

  it('allows S3 15 minutes and the others 5', async () => {
    const off = -minutes(6)
    expect((await call({ socketPath: await link(), credentials: issue(), protocol: 's3', off })).status).toBe(200)
    const late = await call({ socketPath: await link(), credentials: issue(), protocol: 'query', off })
    expect(late.body).toMatch(
      /Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)/,
    )
  })

  it('refuses a body that is not the one that was signed', async () => {
    const tamper: Sending['tamper'] = sent => {
      sent.body = '{ }'
    }
    const answer = await call({ socketPath: await link(), credentials: issue(), protocol: 'json', tamper })
    expect(codeOf(answer.body)).toBe('InvalidSignatureException')
  })

  it("refuses a signature for a service at another service's name", async () => {
    const host = 'secretsmanager.us-east-1.amazonaws.com'
    const answer = await call({ socketPath: await link(), credentials: issue(), protocol: 'json', host })
    expect(answer.body).toContain("Credential should be scoped to correct service: 'secretsmanager'.")
  })

  it('shows S3 clients what they should have signed', async () => {
    const tamper: Sending['tamper'] = sent => {
      sent.path += '&max-keys=1'
    }
    const answer = await call({ socketPath: await link(), credentials: issue(), protocol: 's3', tamper })
    expect(answer.body).toContain('<CanonicalRequest>GET\n/site\nlist-type=2&amp;max-keys=1&amp;prefix=a%20b\n')
    expect(answer.body).toMatch(/<StringToSign>AWS4-HMAC-SHA256\n/)
  })

  it('refuses S3 calls with meaningful header fields that are not signed', async () => {
    const tamper: Sending['tamper'] = sent => {
      sent.headers['x-amz-expected-bucket-owner'] = '1'
    }
    const answer = await call({ socketPath: await link(), credentials: issue(), protocol: 's3', tamper })
    expect(answer.body).toContain('<HeadersNotSigned>x-amz-expected-bucket-owner</HeadersNotSigned>')
  })

  it('an unsigned call is nobody', async () => {
    const headers = { host: 'x', 'x-amz-target': 'Echo.Whoami' }
    const answer = await send('POST', { headers, path: '/', body: '{}' }, await link())
    expect(codeOf(answer.body)).toBe('MissingAuthenticationTokenException')
  })

  it('serves the SDK with credentials of its role', async () => {
    const client = new SecretsManagerClient(await cloud.as(sessionOf(role)))
    const failure = await failureOf(client.send(new GetSecretValueCommand({ SecretId: 'nothing' })))
    expect(failure).toMatchObject({ name: 'AccessDeniedException', status: 400 })
  })

  it('of a VPC endpoint lets through what its policy allows', async () => {
    const endpoint = {
      id: 'vpce-1',
      policy: policy({ Effect: 'Allow', Principal: '*', Action: 'echo:Other', Resource: '*' }),
    }
    const socketPath = await cloud.gateway.link(sessionOf(role), { endpoint })
    const denied = await call({ socketPath, credentials: issue(), protocol: 'json' })
    expect(denied.body).toContain('because no VPC endpoint policy allows the echo:Whoami action')
    const open = await cloud.gateway.link(sessionOf(role), { endpoint: { id: 'vpce-2' } })
    expect((await call({ socketPath: open, credentials: issue(), protocol: 'json' })).status).toBe(200)
  })
})

describe("the gateway's own port", () => {
  it('takes an issued key for its owner, and verifies it', async () => {
    const answer = await call({ socketPath: undefined, credentials: issue(), protocol: 'json' })
    expect(answer.body).toContain('assumed-role/worker')
    const credentials = { ...issue(), secretAccessKey: 'guessed' }
    const forged = await call({ socketPath: undefined, credentials, protocol: 'json' })
    expect(codeOf(forged.body)).toBe('InvalidSignatureException')
  })

  it('takes any other key for the administrator, whatever it signed', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x', sessionToken: '' }
    const answer = await call({ socketPath: undefined, credentials, protocol: 'json', off: -hours(24) })
    expect(answer.body).toContain('"Arn":"administrator"')
  })
})

describe('presigned URLs', () => {
  const presign = async (credentials: Key, expiresIn = 60, at = cloud.world.realtime.now()) => {
    const signer = new SignatureV4({
      credentials,
      region: 'us-east-1',
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    })
    const url = {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/site',
      headers: { host: '127.0.0.1', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    }
    const { query = {} } = await signer.presign(
      { ...url, query: { 'list-type': '2' } },
      { expiresIn, signingDate: new Date(at) },
    )
    return new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))
  }
  const get = async (query: URLSearchParams) =>
    send('GET', { headers: { host: '127.0.0.1' }, path: `/site?${query}`, body: '' }, await link())

  it('act as their signer until their time is over, or that of the key', async () => {
    const query = await presign(issue())
    expect((await get(query)).status).toBe(200)
    query.set('prefix', 'other')
    expect(codeOf((await get(query)).body)).toBe('SignatureDoesNotMatch')
    expect(codeOf((await get(await presign(issue(-1)))).body)).toBe('ExpiredToken')
    const old = await presign(issue(), 60, cloud.world.realtime.now() - seconds(61))
    expect((await get(old)).body).toContain('Request has expired')
    const early = await presign(issue(), 60, cloud.world.realtime.now() + minutes(20))
    expect((await get(early)).body).toContain('Request is not valid yet')
  })
})

describe('bodies in signed chunks', () => {
  /** Chains the signatures as the S3 API Reference says. */
  async function upload(key: string, change: (body: Buffer) => Buffer, trailer = false) {
    const credentials = issue()
    const now = new Date(cloud.world.realtime.now())
    const streaming = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`
    const signer = new SignatureV4({
      credentials,
      region: 'us-east-1',
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    })
    const chunks = ['a'.repeat(70_000), 'b'.repeat(10), '']
    const { headers } = await signer.sign(
      {
        method: 'PUT',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: `/site/${key}`,
        headers: {
          host: '127.0.0.1',
          'content-encoding': 'aws-chunked',
          'x-amz-content-sha256': streaming,
          'x-amz-decoded-content-length': String(chunks.join('').length),
          ...(trailer ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {}),
        },
      },
      { signingDate: now },
    )
    const date = headers['x-amz-date'] ?? ''
    const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`
    const hmac = (signingKey: Buffer | string, text: string) => createHmac('sha256', signingKey).update(text).digest()
    let signingKey: Buffer | string = `AWS4${credentials.secretAccessKey}`
    for (const part of scope.split('/')) signingKey = hmac(signingKey, part)
    let previous = /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1] ?? ''
    const sign = (kind: string, hashes: string) => {
      const text = `AWS4-HMAC-SHA256-${kind}\n${date}\n${scope}\n${previous}\n${hashes}`
      previous = hmac(signingKey, text).toString('hex')
      return previous
    }
    let body = ''
    for (const data of chunks) {
      const signature = sign('PAYLOAD', `${sha256Hex('')}\n${sha256Hex(data)}`)
      body += `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}${data ? '\r\n' : ''}`
    }
    if (trailer) {
      const sum = 'x-amz-checksum-crc32:TLGW/A=='
      body += `${sum}\r\nx-amz-trailer-signature:${sign('TRAILER', sha256Hex(`${sum}\n`))}\r\n`
    }
    const changed = change(Buffer.from(`${body}\r\n`))
    const all = { ...headers, 'content-length': String(changed.length) }
    return send('PUT', { headers: all, path: `/site/${key}`, body: changed }, await link())
  }

  const replace = (from: string, to: string) => (body: Buffer) => Buffer.from(body.toString().replace(from, to))

  it('are taken when every signature is right, and nothing is stored when one is not', async () => {
    expect((await upload('whole', body => body)).status).toBe(200)
    for (const [key, change] of [
      ['data', replace('aaaa', 'aaab')],
      ['last', replace('bbbb', 'bbbc')],
      ['signature', replace('a;chunk-signature=', 'a;chunk-signature=0')],
      ['unsigned', replace(';chunk-signature=', ';x=')],
    ] as const) {
      const answer = await upload(key, change)
      expect([key, answer.status, codeOf(answer.body)]).toEqual([key, 403, 'SignatureDoesNotMatch'])
    }
    const listed = await call({ socketPath: await link(), credentials: issue(), protocol: 's3', tamper: () => {} })
    expect(listed.body).toContain('<KeyCount>0</KeyCount>')
    const objects = await cloud.world.ports.need('objects')
    expect((await objects.list('site', '')).map(({ key }) => key)).toEqual(['whole'])
  })

  it('with a trailer are refused when the trailer is not what was signed', async () => {
    const answer = await upload('trailer', replace('TLGW/A==', 'AAAAAA=='), true)
    expect(codeOf(answer.body)).toBe('SignatureDoesNotMatch')
  })
})
