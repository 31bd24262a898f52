import { AsyncLocalStorage } from 'node:async_hooks'
import { type TraceContext, traceHeadersOf } from './trace-context.ts'
import type { OpenSpan, SpanOptions, Tracer } from './tracer.ts'

/** What the work at hand belongs to. */
export interface Active {
  readonly context: TraceContext
  /** Absent when spans aren't made: the context is handed on as it came. */
  readonly tracer?: Tracer
}

const storage = new AsyncLocalStorage<Active | undefined>()

/** Where in a trace the caller is; nothing outside of requests and messages. */
export const activeTrace = (): Active | undefined => storage.getStore()

/** Runs `work`, and what it starts, in that place of a trace. */
export const within = <Result>(active: Active, work: () => Result): Result => storage.run(active, work)

/**
 * Runs work that is done once for several callers. It can be a part of one trace only: that of the first of them whose
 * trace is recorded, else of the first that has one. Where none has one it is outside of every trace, whoever calls.
 */
export const withinOneOf = <Result>(callers: readonly (Active | undefined)[], work: () => Result): Result =>
  storage.run(callers.find(caller => caller?.context.sampled) ?? callers.find(caller => caller !== undefined), work)

/** Headers, or attributes of a message, by which somebody else continues the trace; none outside of one. */
export const traceHeaders = (): Readonly<Record<string, string>> => traceHeadersOf(activeTrace()?.context)

/** Starts a part of what goes on; nothing where no spans are made. Who starts it ends it. */
export function startSpan(name: string, options: Omit<SpanOptions, 'parent'> = {}): OpenSpan | undefined {
  const active = storage.getStore()
  return active?.tracer?.start(name, { ...options, parent: active.context })
}

/** Runs `work` as a part of what goes on, in a span of its own where spans are made. */
export async function inSpan<Result>(
  name: string,
  options: Omit<SpanOptions, 'parent'>,
  work: (span: OpenSpan | undefined) => Promise<Result>,
): Promise<Result> {
  const tracer = storage.getStore()?.tracer
  const span = startSpan(name, options)
  if (!span || !tracer) return work(undefined)
  return runSpan(span, tracer, work)
}

/** Runs `work` inside of a span, and ends it. */
export async function runSpan<Result>(
  span: OpenSpan,
  tracer: Tracer,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  try {
    return await within({ context: span.context, tracer }, () => work(span))
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}
