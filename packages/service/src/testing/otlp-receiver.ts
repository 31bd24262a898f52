import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it was sent. */
export interface ReceivedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  /** Empty for the first of a trace. */
  readonly parentSpanId: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2 when it failed. */
  readonly status: number
  readonly events: readonly string[]
  readonly service: unknown
  readonly milliseconds: number
}

/** A collector that takes OTLP by HTTP in JSON, and remembers what it was sent. */
export interface OtlpReceiver {
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` says. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** The first span of that name, past or to come. */
  next(name: string): Promise<ReceivedSpan>
  close(): void
}

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
  readonly doubleValue?: number
  readonly boolValue?: boolean
  readonly arrayValue?: { readonly values: readonly Value[] }
}
type Pairs = readonly { readonly key: string; readonly value: Value }[]
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Pairs }
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[]
  }[]
}
interface SentSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes?: Pairs
  readonly status?: { readonly code?: number }
  readonly events?: readonly { readonly name: string }[]
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
}

/** Starts one on a port of this machine. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    spans.push(...read(JSON.parse(Buffer.concat(chunks).toString()) as Sent))
    response.setHeader('content-type', 'application/json')
    response.end('{"partialSuccess":{}}')
    for (const check of [...waiting]) check()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    next: name =>
      new Promise(resolve => {
        const check = () => {
          const span = spans.find(one => one.name === name)
          if (!span) return
          waiting.delete(check)
          resolve(span)
        }
        waiting.add(check)
        check()
      }),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const read = ({ resourceSpans }: Sent): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = recordOf(resource.attributes)['service.name']
    return scopeSpans.flatMap(({ spans }) => spans.map(span => receivedOf(span, service)))
  })

const receivedOf = (span: SentSpan, service: unknown): ReceivedSpan => ({
  name: span.name,
  kind: span.kind,
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId ?? '',
  attributes: recordOf(span.attributes ?? []),
  status: span.status?.code ?? 0,
  events: (span.events ?? []).map(({ name }) => name),
  service,
  milliseconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
})

const recordOf = (pairs: Pairs): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]))

const plain = (value: Value): unknown =>
  value.stringValue ??
  value.doubleValue ??
  value.boolValue ??
  (value.intValue === undefined ? value.arrayValue?.values.map(plain) : Number(value.intValue))
