import { type Active, activeTrace, within, withinOneOf } from './active.ts'
import { type IncomingHeaders, readTraceContext, type TraceContext } from './trace-context.ts'
import type { Attributes, SpanOptions, Tracer } from './tracer.ts'

/** A message that is about to be handed on, or worked on. */
export interface TracedMessage {
  /** Where it comes from, as it was given along: `traceparent`, or `x-amzn-trace-id`. */
  readonly headers: IncomingHeaders
  /** Of its own span, besides those of all. */
  readonly attributes?: Attributes
}

/** A message's place in its own trace, as long as it is worked on. */
export interface MessagePlace {
  /** What whoever gets it next continues. */
  readonly context: TraceContext | undefined
  /** What is done or logged for this message alone. */
  run<Result>(work: () => Result): Result
  /** It did not come off, whatever becomes of the others. */
  fail(error: unknown): void
}

/**
 * Does what several messages ask for at once, each as a part of the trace that it comes from, in a span of its own where
 * spans are made: whoever looks at one order sees what became of it. What is done once for all of them, such as one
 * statement, is in one of these traces; the spans of the others say in which one (`terrace.shared_trace_id`), since X-Ray
 * follows no links from span to span.
 *
 * differs: OpenTelemetry recommends a trace of its own for each batch, with links.
 * @see OpenTelemetry, "Semantic conventions for messaging spans", "Context propagation"
 */
export async function continueTraces<Result>(
  messages: readonly TracedMessage[],
  tracer: Tracer | undefined,
  name: string,
  { attributes, ...options }: Omit<SpanOptions, 'parent'>,
  work: (places: readonly MessagePlace[]) => Promise<Result>,
): Promise<Result> {
  const spans = messages.map(message => {
    const parent = readTraceContext(message.headers)
    const span = tracer?.start(name, { ...options, parent })
    if (span?.isRecorded) span.set({ ...attributes, ...message.attributes, ...sizeOf(messages) })
    return { span, active: activeOf(span?.context ?? parent, tracer) }
  })
  const callers = spans.map(({ active }) => active)
  const places = spans.map(
    ({ span, active }): MessagePlace => ({
      context: active?.context,
      run: once => (active ? within(active, once) : once()),
      fail: error => span?.fail(error),
    }),
  )
  try {
    return await withinOneOf(callers, () => {
      const shared = activeTrace()?.context
      for (const { span } of spans)
        if (span?.isRecorded && span.context.traceId !== shared?.traceId)
          span.set({ 'terrace.shared_trace_id': shared?.traceId })
      return work(places)
    })
  } catch (error) {
    for (const place of places) place.fail(error)
    throw error
  } finally {
    for (const { span } of spans) span?.end()
  }
}

const activeOf = (context: TraceContext | undefined, tracer: Tracer | undefined): Active | undefined =>
  context && (tracer ? { context, tracer } : { context })

const sizeOf = ({ length }: readonly TracedMessage[]): Attributes =>
  length === 1 ? {} : { 'messaging.batch.message_count': length }
