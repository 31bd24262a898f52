import { z } from 'zod'
import { accepted, decided, type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { readTraceId } from '../../../tracing/trace-id.ts'
import { InvalidRequestException } from '../errors.ts'
import { matches } from '../filter/matches.ts'
import { parseFilter } from '../filter/parse.ts'
import { LONGEST_SUMMARY_RANGE, MOST_TRACE_IDS, SUMMARIES_PAGE } from '../limits.ts'
import { pageOf } from '../paging.ts'
import { summaryOf } from '../traces/summary.ts'
import { assemble, endOf, type Trace } from '../traces/trace.ts'
import { anywhere, type XRay } from './context.ts'
import { checkRange } from './range.ts'

const token = z.string().optional()

/** Finding traces, and reading them. */
export const traceOperations = (xray: XRay): readonly Operation[] => [
  operation({
    name: 'GetTraceSummaries',
    route: 'POST /TraceSummaries',
    input: shape({
      StartTime: wireTime(),
      EndTime: wireTime(),
      TimeRangeType: z.enum(['TraceId', 'Event', 'Service']).optional(),
      Sampling: accepted(z.boolean().optional(), 'there are few enough traces to look through all of them'),
      SamplingStrategy: accepted(
        shape({ Name: z.enum(['PartialScan', 'FixedRate']).optional(), Value: z.number().optional() }).optional(),
        'there are few enough traces to look through all of them',
      ),
      FilterExpression: z.string().min(1).optional(),
      NextToken: token,
    }),
    authorize: anywhere('GetTraceSummaries'),
    run({ StartTime, EndTime, TimeRangeType = 'TraceId', FilterExpression, NextToken }) {
      checkRange(StartTime, EndTime, LONGEST_SUMMARY_RANGE)
      const filter = FilterExpression === undefined ? undefined : parseFilter(FilterExpression)
      const groups = (name: string) => xray.groups.filterOf(name)
      const inRange = allOf(xray).flatMap(trace => {
        const at = momentsOf(trace, TimeRangeType).find(moment => moment >= StartTime && moment < EndTime)
        return at === undefined ? [] : [{ trace, at }]
      })
      const found = inRange.filter(({ trace }) => filter === undefined || matches(filter, trace, groups))
      const { items, next } = pageOf(found, SUMMARIES_PAGE, NextToken)
      return {
        TraceSummaries: items.map(({ trace, at }) => summaryOf(trace, at)),
        ApproximateTime: timestamp(StartTime),
        TracesProcessedCount: inRange.length,
        NextToken: next,
      }
    },
  }),
  operation({
    name: 'BatchGetTraces',
    route: 'POST /Traces',
    input: shape({ TraceIds: traceIds(), NextToken: noToken() }),
    authorize: anywhere('BatchGetTraces'),
    run({ TraceIds }) {
      const traces = tracesOf(xray, TraceIds)
      return {
        Traces: traces.map(({ id, segments, start, end, stored }) => ({
          Id: id,
          Duration: Math.round((end - start) * 1000) / 1000,
          LimitExceeded: stored.limitExceeded,
          Segments: segments.map(segment => ({ Id: segment.id, Document: JSON.stringify(segment) })),
        })),
        UnprocessedTraceIds: [],
      }
    },
  }),
]

/** Ids as calls have them. */
export function traceIds() {
  return z.array(z.string().min(1).max(35)).max(MOST_TRACE_IDS)
}

/** Everything comes on the first page. */
export function noToken() {
  return decided(z.never().optional())
}

/** Those that are there, each once. @throws InvalidRequestException for an id that can't be one */
export function tracesOf({ store }: Pick<XRay, 'store'>, ids: readonly string[]): readonly Trace[] {
  const read = ids.map(id => {
    const known = readTraceId(id)
    if (known === undefined) throw new InvalidRequestException(`Invalid trace id: ${id}`)
    return known
  })
  return [...new Set(read)].flatMap(id => {
    const stored = store.get(id)
    const trace = stored && assemble(stored)
    return trace ? [trace] : []
  })
}

/** Every trace, put together. */
export const allOf = ({ store }: Pick<XRay, 'store'>): readonly Trace[] =>
  store.all.flatMap(stored => {
    const trace = assemble(stored)
    return trace ? [trace] : []
  })

/**
 * By which moments a trace is found, in milliseconds: when it began, when anything of it came in, or when a service worked.
 * An id of OpenTelemetry holds no time, so that the trace's own begin stands for it.
 */
function momentsOf({ start, segments, stored }: Trace, type: 'TraceId' | 'Event' | 'Service'): readonly number[] {
  switch (type) {
    case 'TraceId':
      return [start * 1000]
    case 'Event':
      return [stored.received]
    case 'Service':
      return segments.flatMap(segment => [segment.start_time * 1000, endOf(segment) * 1000])
  }
}
