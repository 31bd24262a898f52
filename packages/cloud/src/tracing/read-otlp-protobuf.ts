import { messageOf } from '@terrace/kit'
import { PbfReader } from 'pbf'
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

/** What reads one message: its fields by number, everything else is skipped. */
type Fields = Readonly<Record<number, (reader: PbfReader) => void>>

/**
 * Reads `ExportTraceServiceRequest` in protobuf's own encoding.
 *
 * @see opentelemetry-proto, `collector/trace/v1/trace_service.proto`, `trace/v1/trace.proto`, `common/v1/common.proto`
 * @throws OtlpError when it is none
 */
export function readOtlpProtobuf(body: Uint8Array): readonly Span[] {
  const spans: Span[] = []
  try {
    read(new PbfReader(body), { 1: reader => spans.push(...resourceSpans(reader)) })
  } catch (cause) {
    if (cause instanceof OtlpError) throw cause
    throw new OtlpError(`the request is no OTLP in protobuf: ${messageOf(cause)}`, { cause })
  }
  return spans
}

type RawSpan = Omit<Span, 'resource' | 'scope'>

function resourceSpans(reader: PbfReader): readonly Span[] {
  let resource: Attributes = {}
  const scopes: { readonly name: string; readonly spans: readonly RawSpan[] }[] = []
  message(reader, {
    1: inside => {
      resource = attributesIn(inside, 1)
    },
    2: inside => scopes.push(scopeSpans(inside)),
  })
  return scopes.flatMap(({ name, spans }) => spans.map(span => ({ ...span, resource, scope: name })))
}

function scopeSpans(reader: PbfReader) {
  let name = ''
  const spans: RawSpan[] = []
  message(reader, {
    1: scope =>
      message(scope, {
        1: inside => {
          name = inside.readString()
        },
      }),
    2: inside => spans.push(spanIn(inside)),
  })
  return { name, spans }
}

function spanIn(reader: PbfReader): RawSpan {
  const attributes: [string, AttributeValue][] = []
  const events: SpanEvent[] = []
  const links: SpanLink[] = []
  let [traceId, spanId, parentSpanId, name] = ['', '', '', '']
  let kind: Span['kind'] = 'unspecified'
  let [start, end] = [0n, 0n]
  let status: Span['status'] = { code: 'unset', message: '' }
  message(reader, {
    1: inside => {
      traceId = idIn(inside, 16, 'trace_id')
    },
    2: inside => {
      spanId = idIn(inside, 8, 'span_id')
    },
    4: inside => {
      parentSpanId = hex(inside.readBytes())
    },
    5: inside => {
      name = inside.readString()
    },
    6: inside => {
      kind = SPAN_KINDS[inside.readVarint()] ?? 'unspecified'
    },
    7: inside => {
      start = fixed64(inside)
    },
    8: inside => {
      end = fixed64(inside)
    },
    9: inside => keyValue(inside, attributes, 0),
    11: inside => events.push(eventIn(inside)),
    13: inside => links.push(linkIn(inside)),
    15: inside => {
      status = statusIn(inside)
    },
  })
  if (traceId === '' || spanId === '') throw new OtlpError('a span has no trace_id, or no span_id')
  if (parentSpanId !== '' && parentSpanId.length !== 16) throw new OtlpError('a parent_span_id has not 8 bytes')
  return {
    traceId,
    spanId,
    parentSpanId: /^0+$/.test(parentSpanId) ? '' : parentSpanId,
    name,
    kind,
    start,
    end,
    attributes: Object.fromEntries(attributes),
    events,
    links,
    status,
  }
}

function eventIn(reader: PbfReader): SpanEvent {
  const attributes: [string, AttributeValue][] = []
  let time = 0n
  let name = ''
  message(reader, {
    1: inside => {
      time = fixed64(inside)
    },
    2: inside => {
      name = inside.readString()
    },
    3: inside => keyValue(inside, attributes, 0),
  })
  return { name, time, attributes: Object.fromEntries(attributes) }
}

function linkIn(reader: PbfReader): SpanLink {
  let [traceId, spanId] = ['', '']
  message(reader, {
    1: inside => {
      traceId = idIn(inside, 16, 'trace_id')
    },
    2: inside => {
      spanId = idIn(inside, 8, 'span_id')
    },
  })
  return { traceId, spanId }
}

function statusIn(reader: PbfReader): Span['status'] {
  let text = ''
  let code: Span['status']['code'] = 'unset'
  message(reader, {
    2: inside => {
      text = inside.readString()
    },
    3: inside => {
      code = (['unset', 'ok', 'error'] as const)[inside.readVarint()] ?? 'unset'
    },
  })
  return { code, message: text }
}

function attributesIn(reader: PbfReader, field: number): Attributes {
  const pairs: [string, AttributeValue][] = []
  message(reader, { [field]: inside => keyValue(inside, pairs, 0) })
  return Object.fromEntries(pairs)
}

function keyValue(reader: PbfReader, into: [string, AttributeValue][], depth: number): void {
  let key = ''
  let value: AttributeValue | undefined
  message(reader, {
    1: inside => {
      key = inside.readString()
    },
    2: inside => {
      value = valueIn(inside, depth)
    },
  })
  if (value !== undefined) into.push([key, value])
}

function valueIn(reader: PbfReader, depth: number): AttributeValue | undefined {
  if (depth > DEEPEST_VALUE) throw new OtlpError(`an attribute is nested deeper than ${DEEPEST_VALUE} levels`)
  let value: AttributeValue | undefined
  message(reader, {
    1: inside => {
      value = inside.readString()
    },
    2: inside => {
      value = inside.readBoolean()
    },
    3: inside => {
      value = inside.readVarint(true)
    },
    4: inside => {
      value = inside.readDouble()
    },
    5: inside => {
      const items: AttributeValue[] = []
      message(inside, {
        1: each => {
          const item = valueIn(each, depth + 1)
          if (item !== undefined) items.push(item)
        },
      })
      value = items
    },
    6: inside => {
      const pairs: [string, AttributeValue][] = []
      message(inside, { 1: each => keyValue(each, pairs, depth + 1) })
      value = Object.fromEntries(pairs)
    },
    7: inside => {
      value = Buffer.from(inside.readBytes()).toString('base64')
    },
  })
  return value
}

const message = (reader: PbfReader, fields: Fields): void => {
  reader.readMessage((number, _, inside) => fields[number]?.(inside), undefined)
}

const read = (reader: PbfReader, fields: Fields): void => {
  reader.readFields((number, _, inside) => fields[number]?.(inside), undefined)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function idIn(reader: PbfReader, length: number, name: string): string {
  const bytes = reader.readBytes()
  if (bytes.length === length && bytes.some(byte => byte !== 0)) return hex(bytes)
  throw new OtlpError(`a ${name} is not ${length} bytes, some of them not 0`)
}

/** A double can't hold nanoseconds since 1970. */
function fixed64(reader: PbfReader): bigint {
  const low = reader.readFixed32()
  return (BigInt(reader.readFixed32()) << 32n) | BigInt(low)
}
