import {
  type Attributes,
  type AttributeValue,
  DEEPEST_VALUE,
  OtlpError,
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanLink,
} from './span.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * Reads `ExportTraceServiceRequest` as JSON: ids in hexadecimal, 64-bit numbers as texts.
 *
 * @see OpenTelemetry "OTLP Specification", JSON Protobuf Encoding: members that aren't known are ignored
 * @throws OtlpError with the path of what is wrong
 */
export function readOtlpJson(body: Uint8Array): readonly Span[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (cause) {
    throw new OtlpError('the request is not JSON', { cause })
  }
  return objects(members(parsed, 'the request').resourceSpans, 'resourceSpans').flatMap((ofResource, r) => {
    const at = `resourceSpans[${r}]`
    const resource = attributesOf(optional(ofResource.resource, `${at}.resource`).attributes, `${at}.resource`)
    return objects(ofResource.scopeSpans, `${at}.scopeSpans`).flatMap((ofScope, s) => {
      const inScope = `${at}.scopeSpans[${s}]`
      const scope = textOf(optional(ofScope.scope, `${inScope}.scope`).name)
      return objects(ofScope.spans, `${inScope}.spans`).map((span, i) =>
        spanOf(span, `${inScope}.spans[${i}]`, resource, scope),
      )
    })
  })
}

function spanOf(span: Members, at: string, resource: Attributes, scope: string): Span {
  const status = optional(span.status, `${at}.status`)
  return {
    traceId: idOf(span.traceId, 32, `${at}.traceId`),
    spanId: idOf(span.spanId, 16, `${at}.spanId`),
    parentSpanId: textOf(span.parentSpanId) === '' ? '' : idOf(span.parentSpanId, 16, `${at}.parentSpanId`),
    name: textOf(span.name),
    kind: SPAN_KINDS[enumOf(span.kind, 'SPAN_KIND_', SPAN_KINDS)] ?? 'unspecified',
    start: timeOf(span.startTimeUnixNano, `${at}.startTimeUnixNano`),
    end: timeOf(span.endTimeUnixNano, `${at}.endTimeUnixNano`),
    attributes: attributesOf(span.attributes, at),
    events: objects(span.events, `${at}.events`).map(
      (event, i): SpanEvent => ({
        name: textOf(event.name),
        time: timeOf(event.timeUnixNano, `${at}.events[${i}].timeUnixNano`),
        attributes: attributesOf(event.attributes, `${at}.events[${i}]`),
      }),
    ),
    links: objects(span.links, `${at}.links`).map(
      (link, i): SpanLink => ({
        traceId: idOf(link.traceId, 32, `${at}.links[${i}].traceId`),
        spanId: idOf(link.spanId, 16, `${at}.links[${i}].spanId`),
      }),
    ),
    status: {
      code: CODES[enumOf(status.code, 'STATUS_CODE_', CODES)] ?? 'unset',
      message: textOf(status.message),
    },
    resource,
    scope,
  }
}

const CODES = ['unset', 'ok', 'error'] as const

/** A number, or the name that protobuf has for it. */
function enumOf(value: unknown, prefix: string, names: readonly string[]): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? names.indexOf(value.replace(prefix, '').toLowerCase()) : 0
}

function members(value: unknown, at: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new OtlpError(`${at} is no object`)
}

const optional = (value: unknown, at: string): Members =>
  value === undefined || value === null ? {} : members(value, at)

function objects(value: unknown, at: string): readonly Members[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new OtlpError(`${at} is no list`)
  return value.map((item: unknown, i) => members(item, `${at}[${i}]`))
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function idOf(value: unknown, digits: number, at: string): string {
  const text = textOf(value).toLowerCase()
  if (text.length === digits && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text)) return text
  throw new OtlpError(`${at} is not ${digits} hexadecimal digits, some of them not 0`)
}

function timeOf(value: unknown, at: string): bigint {
  if (value === undefined) return 0n
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value)
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return BigInt(Math.trunc(value))
  throw new OtlpError(`${at} is no number of nanoseconds`)
}

function attributesOf(value: unknown, at: string): Attributes {
  return Object.fromEntries(
    objects(value, `${at}.attributes`).flatMap(({ key, value: given }) => {
      const read = typeof key === 'string' ? valueIn(given, at, 0) : undefined
      return read === undefined ? [] : [[String(key), read]]
    }),
  )
}

function valueIn(value: unknown, at: string, depth: number): AttributeValue | undefined {
  if (depth > DEEPEST_VALUE) throw new OtlpError(`an attribute of ${at} is nested deeper than ${DEEPEST_VALUE} levels`)
  const given = optional(value, `an attribute of ${at}`)
  if (typeof given.stringValue === 'string') return given.stringValue
  if (typeof given.boolValue === 'boolean') return given.boolValue
  if (given.intValue !== undefined) return Number(given.intValue)
  if (given.doubleValue !== undefined) return Number(given.doubleValue)
  if (typeof given.bytesValue === 'string') return given.bytesValue
  if (given.arrayValue !== undefined) {
    const list = objects(optional(given.arrayValue, at).values, at)
    return list.map(item => valueIn(item, at, depth + 1)).filter(item => item !== undefined)
  }
  if (given.kvlistValue !== undefined) {
    const pairs = objects(optional(given.kvlistValue, at).values, at).flatMap(pair => {
      const read = valueIn(pair.value, at, depth + 1)
      return typeof pair.key === 'string' && read !== undefined ? [[pair.key, read] as const] : []
    })
    return Object.fromEntries(pairs)
  }
  return undefined
}
