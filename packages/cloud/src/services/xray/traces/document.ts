import { z } from 'zod'
import { readTraceId } from '../../../tracing/trace-id.ts'
import { LONGEST_DOCUMENT } from '../limits.ts'

const id = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits in lower case')

const name = z
  .string()
  .regex(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u, 'must be 1 to 200 letters, numbers, spaces and _.:/%&#=+\\-@')

const http = z.looseObject({
  request: z
    .looseObject({
      method: z.string().optional(),
      url: z.string().optional(),
      user_agent: z.string().optional(),
      client_ip: z.string().optional(),
    })
    .optional(),
  response: z.looseObject({ status: z.number().optional(), content_length: z.number().optional() }).optional(),
})

const aws = z.looseObject({
  account_id: z.string().optional(),
  operation: z.string().optional(),
  region: z.string().optional(),
  table_name: z.string().optional(),
  queue_url: z.string().optional(),
  ec2: z.looseObject({ instance_id: z.string().optional(), availability_zone: z.string().optional() }).optional(),
})

const cause = z.union([
  z.string(),
  z.looseObject({
    exceptions: z
      .array(z.looseObject({ id: z.string().optional(), message: z.string().optional(), type: z.string().optional() }))
      .optional(),
  }),
])

const shared = {
  id,
  name,
  start_time: z.number().nonnegative(),
  end_time: z.number().nonnegative().optional(),
  in_progress: z.boolean().optional(),
  namespace: z.string().optional(),
  error: z.boolean().optional(),
  fault: z.boolean().optional(),
  throttle: z.boolean().optional(),
  http: http.optional(),
  aws: aws.optional(),
  cause: cause.optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
}

/** One thing that was done for a request, by a service or within one. */
export interface Subsegment extends z.output<z.ZodObject<typeof shared, z.core.$loose>> {
  readonly subsegments?: readonly Subsegment[] | undefined
}

const subsegment: z.ZodType<Subsegment> = z.looseObject({
  ...shared,
  get subsegments() {
    return z.array(subsegment).optional()
  },
})

const document = z.looseObject({
  ...shared,
  trace_id: z
    .string()
    .refine(text => readTraceId(text) !== undefined, 'must be such as 1-5759e988-bd862e3fe1be46a994272793'),
  parent_id: id.optional(),
  type: z.literal('subsegment').optional(),
  origin: z.string().optional(),
  user: z.string().optional(),
  resource_arn: z.string().optional(),
  subsegments: z.array(subsegment).optional(),
})

/** A segment, or a subsegment that was sent by itself. Members that X-Ray doesn't know stay. */
export type Document = Readonly<z.output<typeof document>>

/** Why a document is not taken; `id` is what stands in it, as far as it can be read. */
export interface Unprocessed {
  readonly id: string | undefined
  readonly code: string
  readonly message: string
}

/**
 * Reads a segment document.
 *
 * differs: AWS doesn't document the codes of what it refuses
 * @see X-Ray Developer Guide, "X-Ray segment documents", required segment fields
 */
export function readDocument(text: string): Document | Unprocessed {
  if (Buffer.byteLength(text) > LONGEST_DOCUMENT) {
    return refused(undefined, 'SegmentTooLarge', `the document is longer than ${LONGEST_DOCUMENT} bytes`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return refused(undefined, 'ParseError', 'the document is not JSON')
  }
  const given = document.safeParse(parsed)
  const id: unknown = Reflect.get(Object(parsed), 'id')
  const known = typeof id === 'string' ? id : undefined
  if (!given.success) {
    const [issue] = given.error.issues
    const at = (issue?.path ?? []).join('.')
    const isMissing = issue !== undefined && valueAt(parsed, issue.path) === undefined
    const code = `${isMissing ? 'Missing' : 'Invalid'}${CODES[String(issue?.path.at(-1))] ?? 'Segment'}`
    return refused(known, code, at === '' ? 'the document is no JSON object' : `${at}: ${issue?.message}`)
  }
  return given.data.trace_id.startsWith('1-')
    ? checked(given.data)
    : checked({ ...given.data, trace_id: readTraceId(given.data.trace_id) ?? '' })
}

/** Whether it was not taken. */
export const isUnprocessed = (read: Document | Unprocessed): read is Unprocessed =>
  'code' in read && !('trace_id' in read)

function checked(found: Document): Document | Unprocessed {
  const { id: own, end_time: end, in_progress: running = false, start_time: start, type, parent_id: parent } = found
  if (end === undefined && !running) return refused(own, 'MissingEndTime', 'end_time or in_progress is required')
  if (end !== undefined && running)
    return refused(own, 'InvalidInProgress', 'in_progress and end_time exclude one another')
  if (end !== undefined && end < start)
    return refused(own, 'InvalidTime', `end_time ${end} is before start_time ${start}`)
  if (type === 'subsegment' && parent === undefined) {
    return refused(own, 'MissingParentId', 'a subsegment that is sent separately needs parent_id')
  }
  return found
}

const CODES: Readonly<Record<string, string>> = {
  id: 'Id',
  trace_id: 'TraceId',
  parent_id: 'ParentId',
  name: 'Name',
  start_time: 'StartTime',
  end_time: 'EndTime',
}

const refused = (id: string | undefined, code: string, message: string): Unprocessed => ({ id, code, message })

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inside, part) => Reflect.get(Object(inside), part), value)
