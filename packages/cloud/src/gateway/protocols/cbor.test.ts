import { execFile } from 'node:child_process'
import { request } from 'node:http'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { decode, encode } from 'cborg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AwsApi, operation, shape, wireList, wireNumber, wireTime } from '../api.ts'
import { AwsError } from '../errors.ts'
import { clientOptions, failureOf, startTestCloud, type TestCloud } from '../testing.ts'
import { cliIsHere } from '../testing-cli.ts'
import { timestamp } from '../time.ts'
import { namedList } from '../xml.ts'
import { readCbor, writeCbor } from './cbor.ts'

const received: unknown[] = []

const put = operation({
  name: 'PutMetricData',
  input: shape({
    Namespace: z.string(),
    MetricData: wireList(shape({ MetricName: z.string(), Value: wireNumber(), Timestamp: wireTime().optional() })),
  }),
  authorize: () => [],
  run: input => void received.push(input),
})

const describeAlarms = operation({
  name: 'DescribeAlarms',
  input: shape({ NextToken: z.string().optional() }),
  authorize: () => [],
  run({ NextToken }) {
    if (NextToken) throw new AwsError('InvalidNextTokenException', 400, 'bad', { queryCode: 'InvalidNextToken' })
    return {
      MetricAlarms: namedList('member', [
        { AlarmName: 'cpu', Threshold: 1.5, AlarmConfigurationUpdatedTimestamp: timestamp(1_500), Unit: undefined },
      ]),
    }
  },
})

/** As CloudWatch is spoken to: botocore in CBOR, this SDK in JSON, older clients in Query. */
const cloudwatch: AwsApi = {
  signingName: 'monitoring',
  protocols: [
    { kind: 'rpc-v2-cbor', service: 'GraniteServiceVersion20100801' },
    { kind: 'json', version: '1.0', target: 'GraniteServiceVersion20100801' },
    { kind: 'query', version: '2010-08-01', namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
  ],
  operations: [put, describeAlarms],
}

let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud({})
  cloud.gateway.register(cloudwatch)
})

afterAll(async () => {
  await cloud.stop()
})

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0'

function post(path: string, headers: Record<string, string>, body: Uint8Array | string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const signed = { authorization: SIGNED, 'x-amz-date': '20261122T000000Z', ...headers }
    const outgoing = request(cloud.gateway.url + path, { method: 'POST', headers: signed, agent: false })
    outgoing.on('error', reject).on('response', async answer => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) })
    })
    outgoing.end(body)
  })
}

const inCbor = (name: string, input: unknown, headers: Record<string, string> = {}) =>
  post(
    `/service/GraniteServiceVersion20100801/operation/${name}`,
    { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor', ...headers },
    input instanceof Uint8Array ? input : encode(input),
  )

describe('an API of several protocols', () => {
  it('answers in CBOR, moments under tag 1', async () => {
    const { status, headers, body } = await inCbor('DescribeAlarms', {})
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' })
    // c1 is tag 1; 1.5 is a half-precision float of three bytes.
    expect(body.toString('hex')).toContain('c1f93e00')
    const tags: ((inner: unknown) => unknown)[] = []
    tags[1] = inner => inner
    expect(decode(body, { tags })).toEqual({
      MetricAlarms: [{ AlarmName: 'cpu', Threshold: 1.5, AlarmConfigurationUpdatedTimestamp: 1.5 }],
    })
  })

  it('reads numbers, moments and lists the same from each', async () => {
    received.length = 0
    const datum = { MetricName: 'n', Value: 2.5 }
    const byte = (value: number) => Uint8Array.of(value)
    const member = (name: string, value: Uint8Array) => [encode(name), value]
    const moment = Buffer.concat([byte(0xc1), encode(5)])
    const item = [...member('MetricName', encode('n')), ...member('Value', encode(2.5)), ...member('Timestamp', moment)]
    const list = Buffer.concat([byte(0x81), byte(0xa3), ...item])
    const tagged = Buffer.concat([byte(0xa2), ...member('Namespace', encode('X')), ...member('MetricData', list)])
    expect((await inCbor('PutMetricData', tagged)).status).toBe(200)
    const target = { 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData' }
    await post('/', target, JSON.stringify({ Namespace: 'X', MetricData: [{ ...datum, Timestamp: 5 }] }))
    const form = new URLSearchParams({
      Action: 'PutMetricData',
      Version: '2010-08-01',
      Namespace: 'X',
      'MetricData.member.1.MetricName': 'n',
      'MetricData.member.1.Value': '2.5',
      'MetricData.member.1.Timestamp': '1970-01-01T00:00:05Z',
    })
    await post('/', { 'content-type': 'application/x-www-form-urlencoded' }, form.toString())
    const expected = { Namespace: 'X', MetricData: [{ ...datum, Timestamp: 5_000 }] }
    expect(received).toEqual([expected, expected, expected])
  })

  it('serves the SDK, compressed bodies and its query mode included', async () => {
    received.length = 0
    const client = new CloudWatchClient(clientOptions(cloud.gateway.url))
    const data = Array.from({ length: 300 }, (_, i) => ({ MetricName: `metric-with-a-long-name-${i}`, Value: i + 0.5 }))
    await client.send(new PutMetricDataCommand({ Namespace: 'X', MetricData: data }))
    expect(received).toEqual([{ Namespace: 'X', MetricData: data }])
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({}))
    expect(MetricAlarms).toEqual([
      { AlarmName: 'cpu', Threshold: 1.5, AlarmConfigurationUpdatedTimestamp: new Date(1_500) },
    ])
    expect(await failureOf(client.send(new DescribeAlarmsCommand({ NextToken: 'x' })))).toMatchObject({ status: 400 })
  })

  it('tells a client in query mode the code of the Query protocol', async () => {
    const answer = await inCbor('DescribeAlarms', { NextToken: 'x' }, { 'x-amzn-query-mode': 'true' })
    expect(answer.status).toBe(400)
    expect(decode(answer.body)).toMatchObject({ __type: 'InvalidNextTokenException' })
    expect(answer.headers).toMatchObject({ 'x-amzn-query-error': 'InvalidNextToken;Sender' })
    const plainMode = await inCbor('DescribeAlarms', { NextToken: 'x' })
    expect(plainMode.headers).not.toHaveProperty('x-amzn-query-error')
    const common = await inCbor('Nothing', {}, { 'x-amzn-query-mode': 'true' })
    expect(common.headers).toMatchObject({ 'x-amzn-query-error': 'InvalidAction;Sender' })
  })

  it.each<[string, Uint8Array]>([
    ['no CBOR', Buffer.from('ff', 'hex')],
    ['a list', encode([1])],
    ['a map that never ends', Buffer.from('bbffffffffffffffff', 'hex')],
    ['a list of four billion', Buffer.from('a161619affffffff', 'hex')],
    ['a text longer than the body', Buffer.from('a161617affffffff', 'hex')],
    ['the same key twice', Buffer.from('a2616101616102', 'hex')],
    ['a number of a megabyte', Buffer.concat([Buffer.from('a16161c25a00100000', 'hex'), Buffer.alloc(1_048_576, 1)])],
    ['a million lists in one another', Buffer.concat([Buffer.from('a16161', 'hex'), Buffer.alloc(1_000_000, 0x81)])],
    ['bytes after the end', Buffer.from('a0a0', 'hex')],
  ])('refuses %s', async (_, body) => {
    const answer = await inCbor('DescribeAlarms', body)
    expect(answer.status).toBe(400)
    expect(decode(answer.body)).toMatchObject({ __type: 'SerializationException' })
  })

  it('takes compressed CBOR', async () => {
    const body = gzipSync(encode({}))
    expect((await inCbor('DescribeAlarms', body, { 'content-encoding': 'gzip' })).status).toBe(200)
  })

  it('does not let a key named __proto__ reach anything', () => {
    const read = readCbor(Buffer.from('a1695f5f70726f746f5f5fa1617801', 'hex'))
    expect(Object.keys(Object(read))).toEqual([])
    expect(Reflect.get({}, 'x')).toBeUndefined()
    expect(decode(writeCbor({ a: undefined, b: [1] }))).toEqual({ b: [1] })
  })
})

describe.skipIf(!cliIsHere)(`the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`, () => {
  const aws = async (...args: readonly string[]) => {
    const { PATH, HOME, PYENV_ROOT, PYENV_VERSION } = process.env
    const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', cloud.gateway.url, ...args], {
      env: {
        ...{ PATH, HOME, PYENV_ROOT, PYENV_VERSION },
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_DEFAULT_REGION: 'us-east-1',
      },
    })
    return stdout
  }

  it('speaks the protocol that it prefers', async () => {
    received.length = 0
    const data = ['--metric-data', 'MetricName=n,Value=2.5,Timestamp=2026-11-22T09:30:00Z']
    await aws('cloudwatch', 'put-metric-data', '--namespace', 'X', ...data)
    const at = Date.UTC(2026, 10, 22, 9, 30)
    expect(received).toEqual([{ Namespace: 'X', MetricData: [{ MetricName: 'n', Value: 2.5, Timestamp: at }] }])
    const { MetricAlarms } = JSON.parse(await aws('cloudwatch', 'describe-alarms'))
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'cpu', Threshold: 1.5 }])
    const failed = aws('cloudwatch', 'describe-alarms', '--starting-token', 'eyJOZXh0VG9rZW4iOiAieCJ9')
    await expect(failed).rejects.toThrow('(InvalidNextToken) when calling the DescribeAlarms operation: bad')
  }, 60_000)
})
