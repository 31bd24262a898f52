import type { TraceContext } from './trace-context.ts'

/** What a span says about itself, by the names of OpenTelemetry's semantic conventions. */
export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface SpanOptions {
  /** What it is to the caller; `internal` by default. */
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  readonly attributes?: Attributes
  /** What it is a part of; absent: a trace of its own. */
  readonly parent?: TraceContext | undefined
  /** Milliseconds since 1970; now by default. */
  readonly startedAt?: number
}

/** Something that goes on and is timed. */
export interface OpenSpan {
  readonly context: TraceContext
  /** False when the trace isn't recorded: what is said about it is forgotten. */
  readonly isRecorded: boolean
  name(text: string): void
  set(attributes: Attributes): void
  /** It went wrong; an error leaves its type and message. */
  fail(error: unknown): void
  /** @param at  milliseconds since 1970; now by default */
  end(at?: number): void
}

/** Makes spans and sends them to the collector. */
export interface Tracer {
  start(name: string, options?: SpanOptions): OpenSpan
  /** Sends what is left, within two seconds. */
  stop(): Promise<void>
}
