import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { systemClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openAuthority } from '../certificates/authority.ts'
import { kms } from '../services/kms/index.ts'
import { s3 } from '../services/s3/index.ts'
import { secretsmanager } from '../services/secretsmanager/index.ts'
import { ssm } from '../services/ssm/index.ts'
import { sts } from '../services/sts/index.ts'
import { type AwsApi, operation, shape, wireBoolean, wireInteger, wireList } from './api.ts'
import { AwsError } from './errors.ts'
import {
  clientOptions,
  cloudFront,
  failureOf,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testBucket,
  testRole,
} from './testing.ts'
import { timestamp } from './time.ts'
import { namedList } from './xml.ts'

const role = testRole('worker', { Effect: 'Allow', Action: 'echo:Echo', Resource: 'arn:aws:echo:::allowed' })

const echo = operation({
  name: 'Echo',
  input: shape({
    Name: z.string().max(10).optional(),
    Count: wireInteger().optional(),
    Flag: wireBoolean().optional(),
    Names: wireList(z.string()).optional(),
    Filters: wireList(z.object({ Name: z.string(), Values: wireList(z.string()) })).optional(),
    Tags: z.record(z.string(), z.string()).optional(),
  }),
  authorize: ({ Name = 'allowed' }) => ({ action: 'echo:Echo', resource: `arn:aws:echo:::${Name}` }),
  run(input) {
    if (input.Name === 'conflict') throw new AwsError('EchoInUse', 409, 'in use & <busy>')
    if (input.Name === 'crash') throw new Error('our own bug')
    return { ...input, At: timestamp(1_500), Items: namedList('Item', [{ Id: 1 }, { Id: 2 }]), None: undefined }
  },
})

const query: AwsApi = {
  signingName: 'queryecho',
  protocol: { kind: 'query', version: '2020-01-01', namespace: 'http://echo/', itemNames: ['Filter'] },
  operations: [echo],
}
const ec2Echo: AwsApi = {
  signingName: 'ec2echo',
  protocol: { kind: 'ec2', version: '2020-01-01', namespace: 'http://echo/' },
  operations: [echo],
}
const jsonEcho: AwsApi = {
  signingName: 'jsonecho',
  protocol: { kind: 'json', version: '1.0', target: 'Echo_2020' },
  operations: [echo],
}
const rest = operation({
  name: 'GetThing',
  route: 'GET /v1/things/{Name}/parts/{Part+}',
  input: shape({ Name: z.string(), Part: z.string(), max: z.string().optional() }),
  authorize: () => [],
  run: input => ({ Thing: input }),
})
const restJson: AwsApi = { signingName: 'restjson', protocol: { kind: 'rest-json' }, operations: [rest] }
const restXml: AwsApi = {
  signingName: 'restxml',
  protocol: { kind: 'rest-xml', namespace: 'http://rest/' },
  operations: [rest],
}

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [role, testBucket('site')], services: [s3, kms, secretsmanager, ssm, sts] })
  for (const api of [query, ec2Echo, jsonEcho, restJson, restXml]) cloud.gateway.register(api)
})

afterAll(async () => {
  await cloud.stop()
})

const signedFor = (service: string, region = 'us-east-1', key = 'AKIAIOSFODNN7EXAMPLE') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261122/${region}/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  'x-amz-date': '20261122T000000Z',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
})

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  readonly socketPath?: string
}

function send({ method = 'POST', path = '/', headers = {}, body = '', socketPath }: Sent) {
  const place = socketPath === undefined ? { host: '127.0.0.1', port: new URL(cloud.gateway.url).port } : { socketPath }
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const outgoing = request(
      { ...place, method, path, headers: { host: '127.0.0.1', ...headers }, agent: false },
      async answer => {
        let text = ''
        for await (const chunk of answer) text += chunk
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text })
      },
    )
    outgoing.on('error', reject).end(body)
  })
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const form = (service: string, fields: Record<string, string>, more: Sent = {}) =>
  send({
    ...more,
    headers: { ...FORM, ...signedFor(service), ...more.headers },
    body: new URLSearchParams({ Version: '2020-01-01', ...fields }).toString(),
  })
const json = (target: string, body: unknown, more: Sent = {}) =>
  send({
    ...more,
    headers: {
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.0',
      ...signedFor('jsonecho'),
      ...more.headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe("the gateway's own port", () => {
  it.each([
    '127.0.0.1:80',
    'localhost:4566',
    '[::1]:4566',
    'site.localhost',
    'site.s3.amazonaws.com',
    'SITE.S3.amazonaws.com',
  ])('answers to the name %s', async host => {
    const { body } = await send({ method: 'GET', headers: { host } })
    expect(body).toContain('<Code>AccessDenied</Code><Message>Access Denied</Message>')
  })

  it.each(['example.com', '127.0.0.1.example.com', 'localhost.example.com', 'amazonaws.com.example.com', '10.0.0.1'])(
    'refuses the name %j, so that no page reaches it by a name of its own',
    async host => {
      const { status, body } = await send({ method: 'GET', headers: { host, ...signedFor('s3') } })
      expect(status).toBe(403)
      expect(body).toContain('is not one of this gateway')
    },
  )

  it.each([
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ])('refuses requests of a browser: %j', async headers => {
    for (const service of ['s3', 'jsonecho']) {
      const { status, body } = await send({ headers: { ...signedFor(service), ...headers } })
      expect(status).toBe(403)
      expect(body).toContain('web pages')
    }
  })

  it.each([
    ['Bearer x', 400, 'InvalidArgument'],
    ['AWS key:signature', 400, 'InvalidRequest'],
    ['AWS4-ECDSA-P256-SHA256 Credential=a', 400, 'InvalidRequest'],
    ['AWS4-HMAC-SHA256 nonsense', 400, 'AuthorizationHeaderMalformed'],
    ['AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0', 400, 'AuthorizationHeaderMalformed'],
  ])('refuses the malformed signature %s as AWS does', async (authorization, status, code) => {
    const answer = await send({ method: 'GET', headers: { ...signedFor('s3'), authorization } })
    expect(answer.status).toBe(status)
    expect(answer.body).toContain(`<Code>${code}</Code>`)
  })

  it('refuses a signature without a date, and one for S3 without the hash of the content', async () => {
    const { 'x-amz-date': _date, ...undated } = signedFor('s3')
    expect((await send({ method: 'GET', headers: undated })).body).toContain('valid Date or x-amz-date')
    const { 'x-amz-content-sha256': _hash, ...unhashed } = signedFor('s3')
    expect((await send({ method: 'GET', headers: unhashed })).body).toContain('x-amz-content-sha256')
  })

  it('says which service it does not run, in the form of the one that asks', async () => {
    const dynamo = await json('DynamoDB_20120810.ListTables', {}, { headers: signedFor('dynamodb') })
    expect(JSON.parse(dynamo.body)).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('dynamodb'),
    })
    const sns = await form('sns', { Action: 'ListTopics' })
    expect(sns).toMatchObject({ status: 400, body: expect.stringContaining('<Code>InvalidAction</Code>') })
    expect(
      (await send({ method: 'GET', path: '/2015-03-31/functions', headers: signedFor('lambda') })).headers,
    ).toMatchObject({
      'x-amzn-errortype': 'UnknownOperationException',
    })
    expect(
      (await send({ method: 'GET', path: '/2013-04-01/hostedzone', headers: signedFor('route53') })).body,
    ).toContain('<ErrorResponse>')
  })

  it('says when its port is taken', async () => {
    const { startGateway } = await import('./gateway.ts')
    const port = Number(new URL(cloud.gateway.url).port)
    await expect(startGateway(cloud.world, { port })).rejects.toMatchObject({
      code: 'GATEWAY_PORT_IN_USE',
      blame: 'input',
    })
  })
})

describe('the protocols', () => {
  it('Query: reads flattened members, writes wrapped lists', async () => {
    const { status, headers, body } = await form('queryecho', {
      Action: 'Echo',
      Count: '3',
      Flag: 'true',
      'Names.member.2': 'b',
      'Names.member.1': 'a<',
      'Filters.Filter.1.Name': 'f',
      'Filters.Filter.1.Values.member.1': 'v',
      'Tags.entry.1.key': 'k',
      'Tags.entry.1.value': 'w',
    })
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/xml' })
    expect(body.replace(/<RequestId>[^<]+/, '<RequestId>…')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<EchoResponse xmlns="http://echo/"><EchoResult><Count>3</Count><Flag>true</Flag>' +
        '<Names><member>a&lt;</member><member>b</member></Names>' +
        '<Filters><member><Name>f</Name><Values><member>v</member></Values></member></Filters><Tags><k>w</k></Tags>' +
        '<At>1970-01-01T00:00:01.500Z</At><Items><Item><Id>1</Id></Item><Item><Id>2</Id></Item></Items></EchoResult>' +
        '<ResponseMetadata><RequestId>…</RequestId></ResponseMetadata></EchoResponse>',
    )
  })

  it('Query: answers errors in its own form, escaped', async () => {
    const conflict = await form('queryecho', { Action: 'Echo', Name: 'conflict' })
    expect(conflict.status).toBe(409)
    expect(conflict.body).toContain(
      '<Error><Type>Sender</Type><Code>EchoInUse</Code><Message>in use &amp; &lt;busy&gt;</Message></Error>',
    )
    const unknown = await form('queryecho', { Action: 'Nothing' })
    expect(unknown.body).toMatch(/<Code>InvalidAction<\/Code><Message>the operation Nothing .*docs\/coverage\.md/)
    const wrong = await form('queryecho', { Action: 'Echo', Count: 'x' })
    expect(wrong.body).toContain('<Code>MalformedInput</Code>')
    const long = await form('queryecho', { Action: 'Echo', Name: 'x'.repeat(11) })
    expect(long.body).toMatch(
      /<Code>ValidationError<\/Code><Message>1 validation error detected: Value &apos;x+&apos; at &apos;name&apos; failed to satisfy constraint: Member must have length less than or equal to 10</,
    )
    const unsupported = await form('queryecho', { Action: 'Echo', DryRun: 'true' })
    expect(unsupported.body).toContain('the member DryRun of Echo is not emulated')
    const clash = await form('queryecho', { Action: 'Echo', 'A.b': '1', 'A.b.c': '2' })
    expect(clash.body).toContain('<Code>MalformedInput</Code>')
  })

  it('EC2: lists are numbered members going in and items coming out', async () => {
    const { body } = await form('ec2echo', {
      Action: 'Echo',
      'Names.1': 'a',
      'Filters.1.Name': 'f',
      'Filters.1.Values.1': 'v',
    })
    expect(body).toContain(
      '<Names><item>a</item></Names><Filters><item><Name>f</Name><Values><item>v</item></Values></item></Filters>',
    )
    expect(body).toMatch(/^<\?xml[^>]*>\n<EchoResponse xmlns="http:\/\/echo\/"><requestId>/)
    const failed = await form('ec2echo', { Action: 'Echo', Name: 'conflict' })
    expect(failed.body).toContain('<Response><Errors><Error><Code>EchoInUse</Code>')
  })

  it('JSON: moments are seconds, errors have a type', async () => {
    const { status, headers, body } = await json('Echo_2020.Echo', { Names: ['a'] })
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': expect.any(String),
    })
    expect(JSON.parse(body)).toEqual({ Names: ['a'], At: 1.5, Items: [{ Id: 1 }, { Id: 2 }] })
    const conflict = await json('Echo_2020.Echo', { Name: 'conflict' })
    expect(conflict.status).toBe(409)
    expect(JSON.parse(conflict.body)).toMatchObject({ __type: 'EchoInUse', message: 'in use & <busy>' })
    for (const [sent, type] of [
      ['{', 'SerializationException'],
      ['[]', 'SerializationException'],
      [{ Count: 'x' }, 'SerializationException'],
      [{ Filters: [{ Name: 1, Values: [] }] }, 'SerializationException'],
      [{ Name: 'x'.repeat(11) }, 'ValidationException'],
      [{ Filters: [{ Name: 'f' }] }, 'ValidationException'],
    ] as const) {
      expect(JSON.parse((await json('Echo_2020.Echo', sent)).body)).toMatchObject({ __type: type })
    }
    expect(JSON.parse((await json('Echo_2020.Nothing', {})).body)).toMatchObject({
      __type: 'UnknownOperationException',
    })
  })

  it('REST: path, labels and query are the input', async () => {
    const path = '/v1/things/a%20b/parts/x/y?max=3'
    const inJson = await send({ method: 'GET', path, headers: signedFor('restjson') })
    expect(JSON.parse(inJson.body)).toEqual({ Thing: { Name: 'a b', Part: 'x/y', max: '3' } })
    const inXml = await send({ method: 'GET', path, headers: signedFor('restxml') })
    expect(inXml.body).toContain('<Thing xmlns="http://rest/"><Name>a b</Name><Part>x/y</Part><max>3</max></Thing>')
    const unknown = await send({ method: 'PUT', path, headers: signedFor('restxml') })
    expect(unknown.body).toContain('<ErrorResponse')
  })

  it('a failure of our own is an internal error without details, and the journal says what it was', async () => {
    const { status, body } = await json('Echo_2020.Echo', { Name: 'crash' })
    expect(status).toBe(500)
    expect(body).not.toContain('our own bug')
    const entry = await cloud.world.journal.find(({ kind }) => kind === 'gateway.failed')
    expect(entry.message).toContain('our own bug')
  })

  it('a call without a signature is refused as AWS does', async () => {
    const unsignedJson = await send({ headers: { 'x-amz-target': 'Echo_2020.Echo' }, body: '{}' })
    expect(JSON.parse(unsignedJson.body)).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
    const host = 'sts.us-east-1.amazonaws.com'
    const unsignedForm = await send({ headers: { host, ...FORM }, body: 'Action=GetCallerIdentity&Version=2011-06-15' })
    expect(unsignedForm).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    })
  })

  it('a body that is too long is refused, compressed or not', async () => {
    const large = await json('Echo_2020.Echo', JSON.stringify({ Name: 'x'.repeat(17 * 1024 * 1024) }))
    expect(large.status).toBe(413)
    const zipped = (body: Buffer) =>
      fetch(cloud.gateway.url, {
        method: 'POST',
        headers: { ...signedFor('jsonecho'), 'x-amz-target': 'Echo_2020.Echo', 'content-encoding': 'gzip' },
        body: new Uint8Array(body),
      })
    expect((await zipped(gzipSync(JSON.stringify({ Count: 1 })))).status).toBe(200)
    expect((await zipped(gzipSync(Buffer.alloc(20 * 1024 * 1024, ' ')))).status).toBe(400)
    expect((await zipped(Buffer.from('no gzip'))).status).toBe(400)
  })
})

describe('a link', () => {
  it('has a short path, ends when it is closed, and leaves no file', async () => {
    const socketPath = await cloud.gateway.link(cloudFront('E1'))
    expect(Buffer.byteLength(socketPath)).toBeLessThan(100)
    expect((await send({ method: 'GET', socketPath })).status).toBe(403)
    await cloud.gateway.closeLink(socketPath)
    expect(existsSync(socketPath)).toBe(false)
    await expect(send({ method: 'GET', socketPath })).rejects.toThrow()
    await cloud.gateway.closeLink(socketPath)
  })

  it('speaks TLS for *.amazonaws.com with the internal authority, and for no other name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrace-ca-'))
    const authority = await openAuthority({ folder, name: 'Internal', clock: systemClock })
    cloud.world.ports.provide('internalAuthority', authority)
    const socketPath = await cloud.gateway.link(sessionOf(role))
    const agent = new Agent({ ca: authority.certificate, ...{ socketPath } })
    const get = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const outgoing = secureRequest(
          { host, servername: host, agent, path: '/', headers: { host, ...signedFor('s3') } },
          answer => {
            answer.resume()
            answer.on('end', () => resolve(answer.statusCode ?? 0))
          },
        )
        outgoing.on('error', reject).end()
      })
    expect(await get('s3.us-east-1.amazonaws.com')).toBe(403)
    await expect(get('example.com')).rejects.toThrow()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('a stop', () => {
  it('lets calls in flight finish, takes no new ones, and cuts idle connections', async () => {
    const started = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const slow: AwsApi = {
      signingName: 'slow',
      protocol: { kind: 'json', version: '1.0', target: 'Slow' },
      operations: [
        operation({
          name: 'Wait',
          input: shape({}),
          authorize: () => [],
          async run() {
            started.resolve()
            await finish.promise
            return { done: true }
          },
        }),
      ],
    }
    const other = await startTestCloud({})
    other.gateway.register(slow)
    const { port } = new URL(other.gateway.url)
    const idle = connect(Number(port), '127.0.0.1')
    const idleEnded = new Promise<void>(resolve => idle.on('close', () => resolve()))
    idle.on('error', () => {})
    const answer = fetch(other.gateway.url, {
      method: 'POST',
      headers: { ...signedFor('slow'), 'x-amz-target': 'Slow.Wait' },
      body: '{}',
    })
    await started.promise
    const stopped = other.stop()
    finish.resolve()
    expect(await (await answer).json()).toEqual({ done: true })
    await Promise.all([stopped, idleEnded])
    await expect(fetch(other.gateway.url)).rejects.toThrow()
  })
})

it('any key on the own port is the administrator, for the SDK too', async () => {
  const client = new SecretsManagerClient({ ...clientOptions(cloud.gateway.url) })
  const failure = await failureOf(client.send(new GetSecretValueCommand({ SecretId: 'nothing' })))
  expect(failure).toMatchObject({ name: 'ResourceNotFoundException', status: 400 })
})
