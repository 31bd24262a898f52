import {
  ROOT_CONTEXT,
  SamplingDecision,
  type Attributes as SdkAttributes,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { type ExportResult, ExportResultCode, TraceState } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { type Clock, type Logger, messageOf, minutes, seconds } from '@terrace/kit'
import { RandomIds } from './random-ids.ts'
import type { TraceContext } from './trace-context.ts'
import type { Attributes, OpenSpan, SpanOptions, Tracer } from './tracer.ts'

/** Spans that wait for the collector; what comes when it is full is dropped. */
const QUEUE = 2048
const BATCH = 512
/** Between two exports. */
const DELAY = seconds(2)
/** For one export with its repetitions; also all that a stop waits for. */
const PATIENCE = seconds(2)
/** How often a collector that is away is worth a line. */
const COMPLAINTS = minutes(1)

export interface SdkTracerOptions {
  /** `http://127.0.0.1:4318` */
  readonly endpoint: string
  /** 0…1: the share of traces that begin here and are recorded; those of others follow whoever began them. */
  readonly ratio: number
  /** What is traced: `service.name` and its like. */
  readonly resource: Attributes
  readonly clock: Clock
  readonly log: Logger
}

/**
 * A tracer over OpenTelemetry's SDK, which sends by OTLP/HTTP in JSON. Nothing is registered for the whole process: two
 * services in one have two. Import it dynamically: without a collector nobody needs the SDK.
 */
export function sdkTracer(options: SdkTracerOptions): Tracer {
  const { clock, log } = options
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: PATIENCE,
    concurrencyLimit: 2,
  })
  const traceIds = new RandomIds(16)
  const spanIds = new RandomIds(8)
  const ids = new GivenIds()
  const provider = new TracerProvider({
    resource: resourceFromAttributes(known(options.resource)),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: complaining(exporter, clock, log),
        maxQueueSize: QUEUE,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: DELAY,
        exportTimeoutMillis: PATIENCE,
      }),
    ],
  })
  const tracer = provider.getTracer('@terrace/service')
  const ratio = new TraceIdRatioBasedSampler(options.ratio)
  const isChosen = (traceId: string) =>
    ratio.shouldSample(ROOT_CONTEXT, traceId).decision !== SamplingDecision.NOT_RECORD
  return {
    start(name, { kind = 'internal', attributes, parent, startedAt }: SpanOptions = {}) {
      const state = parent?.state ?? ''
      const traceId = parent?.traceId ?? traceIds.next()
      const isChild = parent !== undefined && parent.spanId !== ''
      const sampled = isChild ? parent.sampled === true : (parent?.sampled ?? isChosen(traceId))
      const spanId = spanIds.next()
      const context: TraceContext = { traceId, spanId, sampled, state }
      // Most requests aren't recorded: the SDK is not even asked, which would cost several times as much.
      if (!sampled) return new UnrecordedSpan(context)
      ids.use(context)
      const started = { kind: KINDS[kind], ...(startedAt !== undefined && { startTime: startedAt }) }
      const span = tracer.startSpan(
        name,
        started,
        isChild ? trace.setSpanContext(ROOT_CONTEXT, sdkContext(parent)) : ROOT_CONTEXT,
      )
      const open = new RecordedSpan(span, context)
      if (attributes) open.set(attributes)
      return open
    },
    async stop() {
      let cancel = () => {}
      const overdue = new Promise<void>(resolve => {
        cancel = clock.after(PATIENCE, resolve)
      })
      await Promise.race([provider.shutdown().catch(() => {}), overdue])
      cancel()
    },
  }
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const

/** A span of a trace that nobody records: its context is all that there is. */
class UnrecordedSpan implements OpenSpan {
  readonly context: TraceContext
  readonly isRecorded = false

  constructor(context: TraceContext) {
    this.context = context
  }

  name(): void {}
  set(): void {}
  fail(): void {}
  end(): void {}
}

class RecordedSpan implements OpenSpan {
  readonly context: TraceContext
  readonly isRecorded = true
  readonly #span: Span

  constructor(span: Span, context: TraceContext) {
    this.#span = span
    this.context = context
  }

  name(text: string): void {
    this.#span.updateName(text)
  }

  set(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined) this.#span.setAttribute(name, typeof value === 'object' ? [...value] : value)
  }

  fail(error: unknown): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
    if (error instanceof Error) this.#span.recordException(error)
    this.#span.setAttribute('error.type', error instanceof Error ? error.name : String(error))
  }

  end(at?: number): void {
    this.#span.end(at)
  }
}

const sdkContext = ({ traceId, spanId, sampled, state }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: sampled ? 1 : 0,
  isRemote: true,
  ...(state === '' ? {} : { traceState: new TraceState(state) }),
})

function known(attributes: Attributes): SdkAttributes {
  const result: SdkAttributes = {}
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) result[name] = typeof value === 'object' ? [...value] : value
  return result
}

/** The ids that were chosen for the span that is started next: by whoever began its trace, or here. */
class GivenIds implements IdGenerator {
  #next = { traceId: '', spanId: '' }

  use(ids: { readonly traceId: string; readonly spanId: string }): void {
    this.#next = ids
  }

  generateTraceId(): string {
    return this.#next.traceId
  }

  generateSpanId(): string {
    return this.#next.spanId
  }
}

/** Says when spans are lost, once a minute. */
function complaining(exporter: SpanExporter, clock: Clock, log: Logger): SpanExporter {
  let lost = 0
  let quietUntil = 0
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, result => {
        if (result.code !== ExportResultCode.SUCCESS) {
          lost += spans.length
          if (clock.now() >= quietUntil) {
            quietUntil = clock.now() + COMPLAINTS
            log.warn('spans could not be sent to the collector', { lost, error: messageOf(result.error) })
            lost = 0
          }
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}
