import { awsOf, causeOf, httpOf, originOf, sqlOf } from './segment-parts.ts'
import type { Attributes, AttributeValue, Span } from './span.ts'
import { toXRayTraceId } from './trace-id.ts'

/** Which attributes become annotations, which traces can be searched by; the others become metadata. */
export interface Indexing {
  readonly all: boolean
  readonly attributes: readonly string[]
}

/** A segment document, ready to be sent. */
export type SegmentDocument = Readonly<Record<string, unknown>>

/**
 * A span as X-Ray knows it: what a server or nobody's child does is a segment, everything else a subsegment that is sent
 * separately. Attributes that say what a segment has members for become these.
 *
 * @see opentelemetry-collector-contrib, README of the AWS X-Ray exporter; X-Ray Developer Guide, "X-Ray segment documents"
 */
export function segmentOfSpan(span: Span, indexing: Indexing): SegmentDocument {
  const isSegment = span.kind === 'server' || span.parentSpanId === ''
  const namespace = isSegment ? undefined : namespaceOf(span)
  const origin = isSegment ? originOf(span.resource) : undefined
  const annotations = annotationsOf(span, indexing)
  return withoutNothing({
    trace_id: toXRayTraceId(span.traceId),
    id: span.spanId,
    parent_id: span.parentSpanId || undefined,
    type: isSegment ? undefined : 'subsegment',
    name: nameOf(span, isSegment, namespace),
    start_time: secondsOf(span.start),
    end_time: secondsOf(span.end),
    namespace,
    origin,
    user: textOf(span.attributes['enduser.id'] ?? span.attributes['user.id']),
    http: httpOf(span),
    ...outcomeOf(span),
    cause: causeOf(span),
    sql: sqlOf(span.attributes),
    aws: awsOf(span, isSegment),
    service: isSegment ? serviceOf(span.resource) : undefined,
    annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
    metadata: metadataOf(span, annotations),
    links: linksOf(span),
  })
}

/** Characters that a name of X-Ray may have. @see "X-Ray segment documents", `name` */
const NOT_IN_NAMES = /[^\p{L}\p{N}\p{Z}_.:/%&#=+\-@]/gu

const LONGEST_NAME = 200

function nameOf(span: Span, isSegment: boolean, namespace: string | undefined): string {
  const { attributes, resource } = span
  const service = textOf(resource['service.name'])
  const chosen = isSegment
    ? span.kind === 'server' || span.kind === 'consumer'
      ? service
      : (service ?? span.name)
    : namespace === 'aws'
      ? textOf(attributes['rpc.service'])
      : namespace === 'remote'
        ? remoteName(attributes)
        : span.name
  const name = (chosen ?? span.name).replace(NOT_IN_NAMES, '').slice(0, LONGEST_NAME)
  return name === '' ? 'span' : name
}

function remoteName(attributes: Attributes): string | undefined {
  const system = attributes['db.system.name'] ?? attributes['db.system']
  const database = attributes['db.namespace'] ?? attributes['db.name']
  const host = attributes['server.address'] ?? attributes['net.peer.name'] ?? attributes['http.host']
  if (system !== undefined && database !== undefined && host !== undefined) return `${database}@${host}`
  return textOf(attributes['peer.service'] ?? database ?? attributes['rpc.service'] ?? host ?? system)
}

function namespaceOf({ kind, attributes }: Span): 'aws' | 'remote' | undefined {
  if (attributes['rpc.system'] === 'aws-api' || attributes['cloud.provider'] === 'aws') return 'aws'
  return kind === 'client' || kind === 'producer' ? 'remote' : undefined
}

/** The status of HTTP decides where there is one. */
function outcomeOf({ status, attributes }: Span): { error?: true; throttle?: true; fault?: true } {
  const code = Number(attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? 0)
  if (code === 429) return { error: true, throttle: true }
  if (code >= 400 && code < 500) return { error: true }
  if (code >= 500 || status.code === 'error') return { fault: true }
  return {}
}

function annotationsOf({ attributes, resource }: Span, { all, attributes: indexed }: Indexing) {
  const marked = attributes['aws.xray.annotations']
  const asked = new Set([...indexed, ...(Array.isArray(marked) ? marked.map(String) : [])])
  const chosen = [
    ...Object.entries(attributes),
    ...Object.entries(resource).map(([key, value]) => [`otel.resource.${key}`, value] as const),
  ].filter(([key]) => key !== 'aws.xray.annotations' && (all || asked.has(key)))
  return Object.fromEntries(
    chosen.map(([key, value]) => [
      key.replace(/[^A-Za-z0-9]/g, '_'),
      typeof value === 'object' ? JSON.stringify(value) : value,
    ]),
  )
}

function metadataOf({ attributes, resource, scope, name, kind }: Span, annotations: Readonly<Record<string, unknown>>) {
  const rest = Object.entries(attributes).filter(
    ([key]) => key !== 'aws.xray.annotations' && !Object.hasOwn(annotations, key.replace(/[^A-Za-z0-9]/g, '_')),
  )
  const ofResource = Object.entries(resource).map(([key, value]) => [`otel.resource.${key}`, value])
  const about = {
    'otel.span.name': name,
    'otel.span.kind': kind,
    ...(scope === '' ? {} : { 'otel.scope.name': scope }),
  }
  return { default: { ...Object.fromEntries([...rest, ...ofResource]), ...about } }
}

const serviceOf = (resource: Attributes) =>
  resource['service.version'] === undefined ? undefined : { version: String(resource['service.version']) }

const linksOf = ({ links }: Span) =>
  links.length === 0
    ? undefined
    : links.map(({ traceId, spanId }) => ({ trace_id: toXRayTraceId(traceId), id: spanId }))

/** Seconds since 1970, to the microsecond. */
const secondsOf = (nanoseconds: bigint): number => Number(nanoseconds / 1000n) / 1e6

const textOf = (value: AttributeValue | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : String(value)

const withoutNothing = (members: Readonly<Record<string, unknown>>): SegmentDocument =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
