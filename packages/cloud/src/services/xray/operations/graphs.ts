import { z } from 'zod'
import { type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { matches } from '../filter/matches.ts'
import { parseFilter } from '../filter/parse.ts'
import { LONGEST_GRAPH_RANGE } from '../limits.ts'
import { graphOf } from '../traces/graph.ts'
import { endOf } from '../traces/trace.ts'
import { anywhere, type XRay } from './context.ts'
import { checkRange } from './range.ts'
import { allOf, noToken, traceIds, tracesOf } from './traces.ts'

/** Who calls whom. */
export const graphOperations = (xray: XRay): readonly Operation[] => [
  operation({
    name: 'GetTraceGraph',
    route: 'POST /TraceGraph',
    input: shape({ TraceIds: traceIds(), NextToken: noToken() }),
    authorize: anywhere('GetTraceGraph'),
    run: ({ TraceIds }) => ({ Services: graphOf(tracesOf(xray, TraceIds)) }),
  }),
  operation({
    name: 'GetServiceGraph',
    route: 'POST /ServiceGraph',
    input: shape({
      StartTime: wireTime(),
      EndTime: wireTime(),
      GroupName: z.string().min(1).max(32).optional(),
      GroupARN: z.string().min(1).max(400).optional(),
      NextToken: noToken(),
    }),
    authorize: anywhere('GetServiceGraph'),
    run({ StartTime, EndTime, GroupName, GroupARN }) {
      checkRange(StartTime, EndTime, LONGEST_GRAPH_RANGE)
      const isNamed = GroupName !== undefined || GroupARN !== undefined
      const text = isNamed ? xray.groups.get(GroupName, GroupARN).filter : undefined
      const filter = text === undefined ? undefined : parseFilter(text)
      const traces = allOf(xray).filter(
        trace =>
          trace.segments.some(each => each.start_time * 1000 < EndTime && endOf(each) * 1000 >= StartTime) &&
          (filter === undefined || matches(filter, trace, name => xray.groups.filterOf(name))),
      )
      return {
        StartTime: timestamp(StartTime),
        EndTime: timestamp(EndTime),
        Services: graphOf(traces),
        ContainsOldGroupVersions: false,
      }
    },
  }),
]
