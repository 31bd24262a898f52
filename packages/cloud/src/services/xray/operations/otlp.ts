import { messageOf } from '@terrace/kit'
import { PbfWriter } from 'pbf'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { RestAnswer } from '../../../gateway/rest-answer.ts'
import { otlpFormat, readOtlp } from '../../../tracing/read-otlp.ts'
import { segmentOfSpan } from '../../../tracing/segment-of-span.ts'
import { OtlpError, type Span } from '../../../tracing/span.ts'
import { InvalidRequestException } from '../errors.ts'
import { LONGEST_OTLP, MOST_SPANS, SPAN_AHEAD, SPAN_BEHIND } from '../limits.ts'
import { type Document, isUnprocessed, readDocument } from '../traces/document.ts'
import { anywhere, type XRay } from './context.ts'

/** What PutSpans answers. */
interface Taken {
  readonly contentType: string
  readonly rejected: number
  readonly because: string
}

/**
 * The OTLP endpoint: `POST /v1/traces`, protobuf or JSON, also gzipped. The SDK has no operation for it; `PutSpans` is what
 * its permission is called.
 *
 * differs: it needs no Transaction Search, and what it takes is found like segments
 * @see CloudWatch User Guide, "OTLP Endpoints"
 */
export const otlpOperations = ({ store, world }: XRay): readonly Operation[] => [
  {
    ...operation({
      name: 'PutSpans',
      route: 'POST /v1/traces',
      input: shape({
        ContentType: z.string().optional(),
        ContentEncoding: z.string().optional(),
        Body: z.instanceof(Uint8Array),
      }),
      authorize: anywhere('PutSpans'),
      run({ ContentType, ContentEncoding, Body }): Taken {
        const spans = read(ContentType, ContentEncoding, Body)
        if (spans.length > MOST_SPANS) {
          throw new InvalidRequestException(`${spans.length} spans in one request, at most ${MOST_SPANS} are taken`)
        }
        const now = world.realtime.now()
        const late = spans.filter(span => !isTimely(span, now))
        if (late.length > 0) {
          const [first] = late
          throw new InvalidRequestException(
            `the span ${first?.spanId} does not begin within the last 14 days or the next 2 hours`,
          )
        }
        const documents = spans.map(span => readDocument(JSON.stringify(segmentOfSpan(span, NOT_ALL))))
        store.put(documents.filter((each): each is Document => !isUnprocessed(each)))
        const refused = documents.filter(isUnprocessed)
        const because = refused.map(({ id, message }) => `${id}: ${message}`).join('; ')
        return { contentType: ContentType ?? '', rejected: refused.length, because }
      },
    }),
    http: {
      headers: { 'content-type': 'ContentType', 'content-encoding': 'ContentEncoding' },
      payload: 'Body',
      answer: output => answerOf(output as Taken),
    },
  },
]

/** Attributes become annotations when the span names them in `aws.xray.annotations`. */
const NOT_ALL = { all: false, attributes: [] }

function read(contentType: string | undefined, encoding: string | undefined, body: Uint8Array): readonly Span[] {
  // The gateway has unpacked it.
  const contentEncoding = encoding === 'gzip' ? undefined : encoding
  try {
    return readOtlp({ contentType, contentEncoding, body }, { mostBytes: LONGEST_OTLP })
  } catch (cause) {
    if (cause instanceof OtlpError) throw new InvalidRequestException(messageOf(cause))
    throw cause
  }
}

function isTimely({ start }: Span, now: number): boolean {
  const at = Number(start / 1_000_000n)
  return at <= now + SPAN_AHEAD && at >= now - SPAN_BEHIND
}

/** `ExportTraceServiceResponse`, in the form that the request had. */
function answerOf({ contentType, rejected, because }: Taken): RestAnswer {
  if (otlpFormat(contentType) === 'json') {
    return new RestAnswer(
      rejected === 0 ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: because } },
    )
  }
  const body = rejected === 0 ? new Uint8Array() : partialSuccess(rejected, because)
  return new RestAnswer(body, { 'content-type': 'application/x-protobuf' })
}

/** Field 1 of the answer: `rejected_spans` is field 1 of it, `error_message` field 2. */
function partialSuccess(rejected: number, because: string): Uint8Array {
  const answer = new PbfWriter()
  answer.writeMessage(
    1,
    (_, partial) => {
      partial.writeVarintField(1, rejected)
      partial.writeStringField(2, because)
    },
    undefined,
  )
  return answer.finish()
}
