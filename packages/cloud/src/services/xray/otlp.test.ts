import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { BatchGetTracesCommand, GetTraceSummariesCommand } from '@aws-sdk/client-xray'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, Sha256 } from '../../gateway/testing.ts'
import { toOpenTelemetryTraceId, toXRayTraceId } from '../../tracing/trace-id.ts'
import { startXRay, type XRayCloud } from './testing.ts'

let cloud: XRayCloud
beforeEach(async () => {
  cloud = await startXRay()
})
afterEach(() => cloud.stop())

/** Signed, as the collector's extension `sigv4auth` does it. */
async function post(body: Uint8Array, type: string, more: Record<string, string> = {}) {
  const { endpoint, region, credentials } = clientOptions(cloud.gateway.url)
  const url = new URL(endpoint)
  const signer = new SignatureV4({ service: 'xray', region, credentials, sha256: Sha256 })
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/v1/traces',
    headers: { host: url.host, 'content-type': type, ...more },
    body,
  })
  return fetch(new URL('/v1/traces', url), { method: 'POST', headers, body: Buffer.from(body) })
}

interface Sent {
  readonly type: string
  readonly body: Buffer
}

/** What a real exporter sends for one request: a server's span, the call of a table in it, and a failed render. */
async function exportOne(
  Exporter: typeof JsonExporter | typeof ProtobufExporter,
): Promise<Sent & { readonly id: string }> {
  const arrived = Promise.withResolvers<Sent>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.end()
    arrived.resolve({ type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks) })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'items',
      'cloud.platform': 'aws_ecs',
      'aws.ecs.launchtype': 'fargate',
    }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter: new Exporter({ url: `http://127.0.0.1:${port}/v1/traces` }) })],
  })
  const tracer = provider.getTracer('test')
  const root = tracer.startSpan('GET /api/v1/items', {
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': 'GET',
      'url.full': 'https://example.com/api/v1/items',
      'http.response.status_code': 200,
      tenant: 'gold',
      'aws.xray.annotations': ['tenant'],
    },
  })
  const within = trace.setSpan(ROOT_CONTEXT, root)
  const attributes = {
    'rpc.system': 'aws-api',
    'rpc.service': 'DynamoDB',
    'rpc.method': 'Query',
    'aws.dynamodb.table_names': ['items'],
  }
  tracer.startSpan('DynamoDB.Query', { kind: SpanKind.CLIENT, attributes }, within).end()
  const failed = tracer.startSpan('render', {}, within)
  failed.recordException(new TypeError('no list'))
  failed.setStatus({ code: SpanStatusCode.ERROR, message: 'no list' })
  failed.end()
  root.end()
  await provider.forceFlush()
  const sent = await arrived.promise
  await provider.shutdown()
  server.close()
  return { ...sent, id: toXRayTraceId(root.spanContext().traceId) }
}

describe('the OTLP endpoint', () => {
  it.each([
    ['JSON', JsonExporter, 'application/json'],
    ['protobuf', ProtobufExporter, 'application/x-protobuf'],
  ] as const)('takes what a real exporter sends in %s, also compressed', async (_, Exporter, type) => {
    const sent = await exportOne(Exporter)
    expect(sent.type).toBe(type)
    const answer = await post(gzipSync(sent.body), type, { 'content-encoding': 'gzip' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
    expect(await answer.text()).toBe(type === 'application/json' ? '{}' : '')
    expect((await post(sent.body, type)).status).toBe(200)
    const { Traces } = await cloud.client.send(new BatchGetTracesCommand({ TraceIds: [sent.id] }))
    const documents = Traces?.[0]?.Segments?.map(({ Document }) => JSON.parse(Document ?? '')) ?? []
    expect(documents).toHaveLength(2)
    expect(documents[0]).toMatchObject({
      name: 'items',
      origin: 'AWS::ECS::Fargate',
      http: { request: { method: 'GET', url: 'https://example.com/api/v1/items' }, response: { status: 200 } },
      annotations: { tenant: 'gold' },
      metadata: { default: { 'otel.span.name': 'GET /api/v1/items', 'otel.resource.service.name': 'items' } },
      subsegments: [
        { name: 'DynamoDB', namespace: 'aws', aws: { operation: 'Query', table_name: 'items' } },
        { name: 'render', fault: true, cause: { exceptions: [{ type: 'TypeError', message: 'no list' }] } },
      ],
    })
    const call = documents[0].subsegments[0]
    expect(documents[1]).toMatchObject({
      name: 'items',
      inferred: true,
      origin: 'AWS::DynamoDB::Table',
      parent_id: call.id,
    })
    expect(Math.abs(documents[0].start_time * 1000 - Date.now())).toBeLessThan(60_000)
    const times = { StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 60_000) }
    const found = await cloud.client.send(
      new GetTraceSummariesCommand({ ...times, FilterExpression: 'annotation.tenant = "gold"' }),
    )
    expect(found.TraceSummaries?.map(({ Id }) => Id)).toEqual([sent.id])
    // Both forms of the id name it.
    const same = await cloud.client.send(
      new BatchGetTracesCommand({ TraceIds: [toOpenTelemetryTraceId(sent.id) ?? ''] }),
    )
    expect(same.Traces).toHaveLength(1)
  })

  const span = (rest: object = {}) => {
    const now = `${Date.now()}000000`
    const given = {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      name: 'a',
      startTimeUnixNano: now,
      endTimeUnixNano: now,
      ...rest,
    }
    return { resourceSpans: [{ scopeSpans: [{ spans: [given] }] }] }
  }
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

  it.each([
    ['another type', Buffer.from('{}'), 'text/plain', 'not as text/plain'],
    ['broken JSON', Buffer.from('{'), 'application/json', 'the request is not JSON'],
    ['broken protobuf', Buffer.from([0x0a, 0xff, 0xff]), 'application/x-protobuf', ''],
    [
      'an id of zeros',
      bytes(span({ traceId: '0'.repeat(32) })),
      'application/json',
      'resourceSpans[0].scopeSpans[0].spans[0].traceId',
    ],
    [
      'a span of long ago',
      bytes(span({ startTimeUnixNano: '1' })),
      'application/json',
      'does not begin within the last 14 days',
    ],
    ['more than 5 MB', Buffer.alloc(5 * 1024 ** 2 + 1, ' '), 'application/json', 'longer than 5242880 bytes'],
  ])('refuses %s', async (_, body, type, message) => {
    const answer = await post(body, type)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('x-amzn-errortype')).toBe('InvalidRequestException')
    expect(await answer.text()).toContain(message)
  })

  it('names the spans that X-Ray cannot take, and takes the others', async () => {
    const now = Date.now()
    const backwards = span({ startTimeUnixNano: `${now}000000`, endTimeUnixNano: `${now - 5000}000000` })
    const answer = await post(bytes(backwards), 'application/json')
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } })
  })

  it('needs a signature', async () => {
    const { status } = await fetch(`${cloud.gateway.url}/v1/traces`, { method: 'POST', body: '{}' })
    expect(status).toBeGreaterThanOrEqual(400)
  })
})
