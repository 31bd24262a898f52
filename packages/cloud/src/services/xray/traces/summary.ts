import { timestamp } from '../../../gateway/time.ts'
import { annotationsOfTrace } from './annotations.ts'
import { serviceIdOf, uniqueServices } from './service-id.ts'
import { below, type Segment, type Trace } from './trace.ts'

/**
 * What GetTraceSummaries tells of a trace.
 *
 * differs: there are no root causes
 * @see AWS X-Ray API Reference, TraceSummary
 */
export function summaryOf(trace: Trace, matchedAt: number) {
  const { segments, root, start, end, responseTime, stored, id } = trace
  return {
    Id: id,
    StartTime: timestamp(start * 1000),
    Duration: seconds(end - root.start_time),
    ResponseTime: seconds(responseTime),
    HasFault: segments.some(({ fault }) => fault === true),
    HasError: segments.some(({ error }) => error === true),
    HasThrottle: segments.some(({ throttle }) => throttle === true),
    IsPartial: segments.some(({ in_progress: running }) => running === true),
    Http: httpOf(root),
    Annotations: annotationsOfTrace(trace),
    Users: usersOf(segments),
    ServiceIds: uniqueServices(segments.map(serviceIdOf)),
    ResourceARNs: unique(segments.map(({ resource_arn: arn }) => arn)).map(ARN => ({ ARN })),
    InstanceIds: unique(segments.map(({ aws }) => aws?.ec2?.instance_id)).map(Id => ({ Id })),
    AvailabilityZones: unique(segments.map(({ aws }) => aws?.ec2?.availability_zone)).map(Name => ({ Name })),
    EntryPoint: serviceIdOf(root),
    Revision: stored.revision,
    MatchedEventTime: timestamp(matchedAt),
  }
}

/** As in `http` of a segment, in the words of summaries. */
export function httpOf({ http }: Segment) {
  const { url, method, user_agent: agent, client_ip: client } = http?.request ?? {}
  const status = http?.response?.status
  return {
    ...(url === undefined ? {} : { HttpURL: url }),
    ...(status === undefined ? {} : { HttpStatus: status }),
    ...(method === undefined ? {} : { HttpMethod: method }),
    ...(agent === undefined ? {} : { UserAgent: agent }),
    ...(client === undefined ? {} : { ClientIp: client }),
  }
}

function usersOf(segments: readonly Segment[]) {
  const names = unique(segments.map(({ user }) => user))
  return names.map(name => ({
    UserName: name,
    ServiceIds: uniqueServices(segments.filter(({ user }) => user === name).map(serviceIdOf)),
  }))
}

const unique = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.filter(value => value !== undefined)),
]

/** To the millisecond, as AWS tells durations. */
const seconds = (value: number): number => Math.round(value * 1000) / 1000

/** Everything of a trace: its segments and what is inside of them. */
export const partsOf = ({ segments }: Trace) => segments.flatMap(segment => [segment, ...below(segment)])
