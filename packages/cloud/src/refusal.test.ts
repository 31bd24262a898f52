import { request } from 'node:http'
import { encode } from 'cborg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type OperationsApi, type OperationsProtocol, operation, shape } from './gateway/api.ts'
import { startTestCloud, type TestCloud, testBucket } from './gateway/testing.ts'
import { s3 } from './services/s3/index.ts'

const known = operation({
  name: 'GetThing',
  route: 'POST /things/{Name}',
  input: shape({ Name: z.string().optional() }),
  authorize: () => [],
  run: () => ({ Thing: {} }),
})

const apiOf = (signingName: string, protocol: OperationsProtocol): OperationsApi => ({
  signingName,
  protocol,
  operations: [known],
  refused: { DropThing: 'nothing is ever dropped here' },
})

const namespace = 'http://things/'
const APIS = [
  apiOf('queried', { kind: 'query', version: '2020-01-01', namespace }),
  apiOf('ec2like', { kind: 'ec2', version: '2020-01-01', namespace }),
  apiOf('jsonlike', { kind: 'json', version: '1.1', target: 'Things' }),
  apiOf('cborlike', { kind: 'rpc-v2-cbor', service: 'Things' }),
  apiOf('restjson', { kind: 'rest-json' }),
  apiOf('restxml', { kind: 'rest-xml', namespace }),
]

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

const form = (fields: string): Sent => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: `Version=2020-01-01&${fields}`,
})
const json = (name: string, body = '{}'): Sent => ({
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Things.${name}` },
  body,
})
const cbor = (name: string, body: unknown = {}): Sent => ({
  path: `/service/Things/operation/${name}`,
  headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
  body: encode(body),
})
const JSON_TYPE = { 'content-type': 'application/json' }

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [testBucket('pages')], services: [s3] })
  for (const api of APIS) cloud.gateway.register(api)
})

afterAll(() => cloud.stop())

function send(service: string, { method = 'POST', path = '/', headers = {}, body = '' }: Sent) {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`
  const signed = { authorization, 'x-amz-date': '20261122T000000Z', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const { port } = new URL(cloud.gateway.url)
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { ...signed, ...headers }, agent: false },
      async answer => {
        let text = ''
        for await (const chunk of answer.setEncoding('utf8')) text += chunk
        resolve({ status: answer.statusCode ?? 0, text })
      },
    )
    outgoing.on('error', reject).end(body)
  })
}

describe('what is refused names itself and docs/coverage.md', () => {
  it.each<[protocol: string, service: string, sent: Sent]>([
    ['Query', 'queried', form('Action=DropThing')],
    ['EC2', 'ec2like', form('Action=DropThing')],
    ['JSON', 'jsonlike', json('DropThing')],
    ['CBOR', 'cborlike', cbor('DropThing')],
  ])('as an operation in %s, with its reason', async (_, service, sent) => {
    const { status, text } = await send(service, sent)
    expect(status).toBe(400)
    expect(text).toContain('the operation DropThing is not emulated by the local cloud: nothing is ever dropped here')
    expect(text).toContain('docs/coverage.md')
  })

  it.each<[protocol: string, service: string, sent: Sent, named: string]>([
    ['REST-JSON', 'restjson', { method: 'DELETE', path: '/things/a', headers: JSON_TYPE }, 'DELETE /things/a'],
    ['REST-XML', 'restxml', { method: 'DELETE', path: '/things/a' }, 'DELETE /things/a'],
    ['S3', 's3', { method: 'PUT', path: '/pages?replication' }, 'PutBucketReplication'],
  ])('as a route in %s', async (_, service, sent, named) => {
    const { status, text } = await send(service, sent)
    expect([400, 404, 501]).toContain(status)
    expect(text).toContain(named)
    expect(text).toContain('docs/coverage.md')
  })

  it.each<[protocol: string, service: string, sent: Sent]>([
    ['Query', 'queried', form('Action=GetThing&Colour=red')],
    ['EC2', 'ec2like', form('Action=GetThing&Colour=red')],
    ['JSON', 'jsonlike', json('GetThing', '{"Colour":"red"}')],
    ['CBOR', 'cborlike', cbor('GetThing', { Colour: 'red' })],
    ['REST-JSON', 'restjson', { path: '/things/a', headers: JSON_TYPE, body: '{"Colour":"red"}' }],
    ['REST-XML', 'restxml', { path: '/things/a?Colour=red' }],
  ])('as a member in %s', async (_, service, sent) => {
    const { status, text } = await send(service, sent)
    expect(status).toBe(400)
    expect(text).toContain('the member Colour of GetThing is not emulated')
    expect(text).toContain('docs/coverage.md')
  })
})
