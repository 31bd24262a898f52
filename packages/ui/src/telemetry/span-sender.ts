import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { SendSpan } from './page-traces.ts'

/** So few that their text stays below the 64 KB that the server takes, and that a page may send while it is left. */
const MOST_AT_ONCE = 50

/**
 * Sends spans by OpenTelemetry's SDK in OTLP/JSON, every five seconds and when the page is hidden or left (`fetch` with
 * `keepalive`). Loaded when it is needed: 16 KB compressed.
 *
 * @param url  of the page's own origin
 */
export function spanSender(service: string, url: string): SendSpan {
  // Ids were given when spans began: servers know them already.
  let ids = { traceId: '', spanId: '' }
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'telemetry.sdk.language': 'webjs' }),
    idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), maxExportBatchSize: MOST_AT_ONCE }),
    ],
  })
  const tracer = provider.getTracer('@terrace/ui')
  return ({ name, traceId, spanId, parentId, kind, start, end, attributes, failed }) => {
    ids = { traceId, spanId }
    const parent = parentId && { traceId, spanId: parentId, traceFlags: 1 }
    const span = tracer.startSpan(
      name,
      { kind: kind === 'call' ? SpanKind.CLIENT : SpanKind.INTERNAL, startTime: start, attributes },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    )
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(end)
  }
}
