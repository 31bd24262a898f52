import { type Annotation, annotationsOf } from '../traces/annotations.ts'
import { outcomeOf } from '../traces/outcome.ts'
import { partsOf } from '../traces/summary.ts'
import { below, endOf, type Segment, type Trace } from '../traces/trace.ts'
import type { BooleanKeyword, Field, Filter, Operator, ServiceMatch, TextKeyword } from './parse.ts'

/** The filter of a group, by its name. @throws ResourceNotFoundException */
export type GroupFilter = (name: string) => Filter | undefined

/**
 * Whether a trace fits. Without `service()` a condition is about the trace: durations are its own, everything else is looked
 * for in all of its segments. Inside of `service() { }` all of it has to hold for one segment of that service.
 *
 * @see X-Ray Developer Guide, "Using filter expressions"
 */
export function matches(filter: Filter, trace: Trace, groups: GroupFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, trace, groups) && matches(filter.right, trace, groups)
    case 'or':
      return matches(filter.left, trace, groups) || matches(filter.right, trace, groups)
    case 'not':
      return !matches(filter.of, trace, groups)
    case 'group': {
      const of = groups(filter.name)
      return of === undefined || matches(of, trace, groups)
    }
    case 'service': {
      const { of, match } = filter
      const those = trace.segments.filter(segment => isService(segment, match))
      return those.some(segment => of === undefined || holds(of, { trace, segments: [segment] }, groups))
    }
    case 'is':
    case 'compare':
      return holds(filter, { trace, segments: trace.segments }, groups)
  }
}

interface Scope {
  readonly trace: Trace
  /** Those that are asked. */
  readonly segments: readonly Segment[]
}

function holds(filter: Filter, scope: Scope, groups: GroupFilter): boolean {
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, scope, groups) && holds(filter.right, scope, groups)
    case 'or':
      return holds(filter.left, scope, groups) || holds(filter.right, scope, groups)
    case 'not':
      return !holds(filter.of, scope, groups)
    case 'is':
      return valuesOf(filter.field, scope).some(value => filter.field.kind === 'annotation' || value === true)
    case 'compare': {
      const { field, operator, value } = filter
      const values = valuesOf(field, scope)
      // `!=` holds when there is something, and none of it is the same.
      if (operator === '!=') return values.length > 0 && values.every(each => each !== value)
      return values.some(each => compare(each, operator, value))
    }
    case 'service':
    case 'group':
      return matches(filter, scope.trace, groups)
  }
}

function compare(found: Annotation, operator: Operator, value: Annotation): boolean {
  if (operator === '=') return found === value
  if (typeof found === 'number' && typeof value === 'number') {
    switch (operator) {
      case '<':
        return found < value
      case '<=':
        return found <= value
      case '>':
        return found > value
      case '>=':
        return found >= value
      default:
        return false
    }
  }
  if (typeof found !== 'string' || typeof value !== 'string') return false
  switch (operator) {
    case 'CONTAINS':
      return found.includes(value)
    case 'BEGINSWITH':
      return found.startsWith(value)
    case 'ENDSWITH':
      return found.endsWith(value)
    default:
      return false
  }
}

function valuesOf(field: Field, { trace, segments }: Scope): readonly Annotation[] {
  const isWhole = segments === trace.segments
  switch (field.kind) {
    case 'annotation':
      return segments
        .flatMap(segment => [segment, ...below(segment)])
        .flatMap(annotationsOf)
        .filter(([key]) => key === field.key)
        .map(([, value]) => value)
    case 'number':
      if (field.name === 'http.status') return known(segments.map(({ http }) => http?.response?.status))
      if (!isWhole) return segments.map(segment => endOf(segment) - segment.start_time)
      return [field.name === 'duration' ? trace.end - trace.root.start_time : trace.responseTime]
    case 'boolean':
      return segments.map(segment => isSo(field.name, segment, trace))
    case 'text':
      return segments.flatMap(segment => textsOf(field.name, segment, trace))
  }
}

function isSo(name: BooleanKeyword, segment: Segment, trace: Trace): boolean {
  switch (name) {
    case 'ok':
      return outcomeOf(segment) === 'ok'
    case 'error':
      return segment.error === true
    case 'throttle':
      return segment.throttle === true
    case 'fault':
      return segment.fault === true
    case 'partial':
      return segment.in_progress === true
    case 'inferred':
      return segment.inferred === true
    case 'remote':
      return segment.namespace === 'remote' || segment.origin === 'remote'
    case 'root':
    case 'first':
      return segment === trace.root
    case 'last':
      return !trace.segments.some(other => isBelow(other, segment))
  }
}

const isBelow = (other: Segment, segment: Segment): boolean =>
  other.parent_id === segment.id || below(segment).some(({ id }) => other.parent_id === id)

function textsOf(name: TextKeyword, segment: Segment, trace: Trace): readonly string[] {
  const { http, aws } = segment
  switch (name) {
    case 'http.url':
      return known([http?.request?.url])
    case 'http.method':
      return known([http?.request?.method])
    case 'http.useragent':
      return known([http?.request?.user_agent])
    case 'http.clientip':
      return known([http?.request?.client_ip])
    case 'user':
      return known([segment.user])
    case 'name':
      return [segment.name]
    case 'type':
      return known([segment.origin])
    case 'availabilityzone':
      return known([aws?.ec2?.availability_zone])
    case 'instance.id':
      return known([aws?.ec2?.instance_id])
    case 'resource.arn':
      return known([segment.resource_arn])
    case 'message':
      return partsOf({ ...trace, segments: [segment] }).flatMap(({ cause }) =>
        typeof cause === 'object' ? known((cause.exceptions ?? []).map(({ message }) => message)) : [],
      )
  }
}

const isService = ({ name, origin, aws }: Segment, match: ServiceMatch): boolean =>
  (match.name === undefined || match.name === name) &&
  (match.type === undefined || match.type === origin) &&
  (match.account === undefined || match.account === aws?.account_id)

const known = <T>(values: readonly (T | undefined)[]): readonly T[] => values.filter(value => value !== undefined)
