/** What an attribute holds. Whole numbers that a double can't hold exactly are rounded. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

export type Attributes = Readonly<Record<string, AttributeValue>>

/** What a span is to others, as OTLP numbers it from 0 on. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const

export type SpanKind = (typeof SPAN_KINDS)[number]

export interface SpanEvent {
  readonly name: string
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly attributes: Attributes
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
}

/** A span of OTLP, with what it came from. @see opentelemetry-proto, `trace/v1/trace.proto` */
export interface Span {
  /** 32 hexadecimal digits, small letters. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  /** Empty: it has no parent. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: SpanKind
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string }
  /** Attributes of what made it: `service.name`, `cloud.platform`… */
  readonly resource: Attributes
  /** Name of the instrumentation. */
  readonly scope: string
}

/** A request that is no OTLP of traces. The message says what was found and where. */
export class OtlpError extends Error {
  override readonly name = 'OtlpError'
}

/** Levels that the value of an attribute may be nested. */
export const DEEPEST_VALUE = 16
