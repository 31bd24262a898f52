import { createHash } from 'node:crypto'
import type { Document, Subsegment } from './document.ts'
import type { StoredTrace } from './store.ts'

/** A segment as it is told: with the subsegments that were sent separately, or made up from the caller's side. */
export interface Segment extends Document {
  /** Nothing was sent for it: what called it says that it is there. */
  readonly inferred?: boolean
}

/** A trace, put together. Times in seconds since 1970. */
export interface Trace {
  readonly id: string
  /** By their begin. */
  readonly segments: readonly Segment[]
  /** What nobody of this trace has called; the earliest segment when there is none. */
  readonly root: Segment
  readonly start: number
  /** When the last segment ended. */
  readonly end: number
  /** When everything of the root was answered. */
  readonly responseTime: number
  readonly stored: StoredTrace
}

/**
 * Puts the documents of a trace together: subsegments that were sent separately go to their parents, and calls of services
 * that send nothing become inferred segments.
 *
 * @returns nothing when there are only subsegments whose segment is still missing
 * @see X-Ray Developer Guide, "AWS X-Ray concepts", inferred segments
 */
export function assemble(stored: StoredTrace): Trace | undefined {
  const segments = withInferred(withChildren(stored.documents))
  const sorted = [...segments].sort((a, b) => a.start_time - b.start_time)
  const ids = new Set(segments.flatMap(segment => [segment.id, ...below(segment).map(({ id }) => id)]))
  const root =
    sorted.find(({ parent_id: parent, type }) => type === undefined && (parent === undefined || !ids.has(parent))) ??
    sorted.find(({ type }) => type === undefined) ??
    sorted[0]
  if (!root) return undefined
  const start = Math.min(...sorted.map(segment => segment.start_time))
  const end = Math.max(...sorted.map(endOf))
  return { id: stored.id, segments: sorted, root, start, end, responseTime: endOf(root) - root.start_time, stored }
}

/** When it ended; for what still runs, when the last thing inside of it did. */
export const endOf = (segment: Subsegment): number =>
  segment.end_time ?? Math.max(segment.start_time, ...(segment.subsegments ?? []).map(endOf))

/** Everything inside of a segment, at every depth. */
export const below = (segment: Subsegment): readonly Subsegment[] =>
  (segment.subsegments ?? []).flatMap(each => [each, ...below(each)])

/** Those whose parent is not there stay by themselves. */
function withChildren(documents: readonly Document[]): readonly Segment[] {
  const children = new Map<string, Document[]>()
  const known = new Set(documents.flatMap(document => [document.id, ...below(document).map(({ id }) => id)]))
  const isChild = ({ type, parent_id: parent, id }: Document) =>
    type === 'subsegment' && parent !== undefined && parent !== id && known.has(parent)
  for (const document of documents) {
    if (!isChild(document) || document.parent_id === undefined) continue
    children.set(document.parent_id, [...(children.get(document.parent_id) ?? []), document])
  }
  const seen = new Set<string>()
  const complete = <S extends Subsegment>(segment: S): S => {
    // Documents of a workload may name one another as parents: each is put in once.
    seen.add(segment.id)
    const own = (segment.subsegments ?? []).map(complete)
    const sent = (children.get(segment.id) ?? [])
      .filter(({ id }) => !seen.has(id))
      .map(asChild)
      .map(complete)
    const all = [...own, ...sent].sort((a, b) => a.start_time - b.start_time)
    return all.length === 0 ? segment : { ...segment, subsegments: all }
  }
  return documents.filter(document => !isChild(document)).map(complete)
}

function asChild({ trace_id: _, parent_id: _parent, type: _type, ...rest }: Document): Subsegment {
  return rest
}

function withInferred(segments: readonly Segment[]): readonly Segment[] {
  const called = new Set(segments.flatMap(({ parent_id: parent }) => (parent === undefined ? [] : [parent])))
  const inferred = segments.flatMap(segment =>
    below(segment)
      .filter(({ id, namespace }) => (namespace === 'aws' || namespace === 'remote') && !called.has(id))
      .map(call => inferredOf(call, segment)),
  )
  return [...segments, ...inferred]
}

function inferredOf(call: Subsegment, { trace_id }: Segment): Segment {
  const { id, name, start_time, end_time, in_progress, error, fault, throttle, http, aws, namespace } = call
  const given = { end_time, in_progress, error, fault, throttle, http, aws }
  return {
    trace_id,
    id: createHash('sha256').update(`${trace_id} ${id}`).digest('hex').slice(0, 16),
    parent_id: id,
    name: nameOfCalled(call),
    start_time,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<typeof given>),
    origin: namespace === 'aws' ? (AWS_ORIGINS[name.toLowerCase()] ?? `AWS::${name}`) : typeOfRemote(call),
    inferred: true,
  }
}

const nameOfCalled = ({ name, aws }: Subsegment): string =>
  name.toLowerCase() === 'dynamodb' && aws?.table_name !== undefined ? aws.table_name : name

const AWS_ORIGINS: Readonly<Record<string, string>> = {
  dynamodb: 'AWS::DynamoDB::Table',
  s3: 'AWS::S3::Bucket',
  sns: 'AWS::SNS',
  sqs: 'AWS::SQS::Queue',
  lambda: 'AWS::Lambda',
}

const typeOfRemote = (call: Subsegment): string => (Reflect.has(call, 'sql') ? 'Database::SQL' : 'remote')
