import { request } from 'node:http'
import { type Clock, type Stop, seconds } from '@terrace/kit'
import { SPAN_MARK } from './traces.ts'

/** Spans that wait; what comes when it is full is dropped, as NGINX's module does. */
const MOST = 2048
const INTERVAL = seconds(1)
const TIMEOUT_MILLISECONDS = 2_000

/** What a line of the log format `terrace_span` says; times in seconds. */
interface SpanLine {
  readonly service: string
  readonly trace: string
  readonly span: string
  readonly parent: string
  readonly route: string
  readonly method: string
  readonly target: string
  readonly scheme: string
  readonly host: string
  readonly protocol: string
  readonly agent: string
  readonly status: string
  readonly end: string
  readonly took: string
}

/** Sends NGINX's spans to the collector on its host, as NGINX's own module would. A collector that is away costs spans only. */
export class SpanSender {
  readonly #clock: Clock
  readonly #socket: string
  #waiting: SpanLine[] = []
  #stop: Stop | undefined

  /** @param socket  where the host's 127.0.0.1:4318 is */
  constructor(clock: Clock, socket: string) {
    this.#clock = clock
    this.#socket = socket
  }

  /** Takes a line of the access log. @returns false when it tells of no span */
  take(line: string): boolean {
    if (!line.startsWith(SPAN_MARK)) return false
    const span = read(line.slice(SPAN_MARK.length))
    if (!span || this.#waiting.length >= MOST) return true
    this.#waiting.push(span)
    this.#stop ??= this.#clock.after(INTERVAL, () => this.#send())
    return true
  }

  close(): void {
    this.#stop?.()
    this.#send()
  }

  #send(): void {
    this.#stop = undefined
    const spans = this.#waiting
    this.#waiting = []
    if (spans.length === 0) return
    const body = JSON.stringify({ resourceSpans: [...Map.groupBy(spans, ({ service }) => service)].map(resourceSpans) })
    const sent = request({
      socketPath: this.#socket,
      method: 'POST',
      path: '/v1/traces',
      headers: {
        host: '127.0.0.1:4318',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      timeout: TIMEOUT_MILLISECONDS,
      agent: false,
    })
    sent.on('response', answer => answer.resume())
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => {})
    sent.end(body)
  }
}

function read(text: string): SpanLine | undefined {
  try {
    return JSON.parse(text) as SpanLine
  } catch {
    // Cut off: a line as long as that is no span worth keeping.
    return undefined
  }
}

const resourceSpans = ([service, spans]: [string, readonly SpanLine[]]) => ({
  resource: { attributes: attributes({ 'service.name': service }) },
  scopeSpans: [{ scope: { name: 'nginx' }, spans: spans.map(spanOf) }],
})

/** The attributes are those of NGINX's module. @see nginx.org, ngx_otel_module, "Default span attributes" */
function spanOf(line: SpanLine) {
  const end = BigInt(line.end.replace('.', '')) * 1_000_000n
  const took = BigInt(Math.round(Number(line.took) * 1000)) * 1_000_000n
  const status = Number(line.status)
  return {
    traceId: line.trace,
    spanId: line.span,
    ...(line.parent === '' ? {} : { parentSpanId: line.parent }),
    name: line.route,
    kind: 2,
    startTimeUnixNano: String(end - took),
    endTimeUnixNano: String(end),
    attributes: attributes({
      'http.method': line.method,
      'http.target': line.target,
      'http.route': line.route,
      'http.scheme': line.scheme,
      'http.flavor': line.protocol.replace('HTTP/', ''),
      'http.user_agent': line.agent,
      'http.status_code': status,
      'net.host.name': line.host,
    }),
    status: status >= 500 ? { code: 2 } : {},
  }
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))
