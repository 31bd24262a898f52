import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter } from '../errors.ts'
import { DESCRIBE_PAGE } from '../limits.ts'
import { pageAfter } from '../paging.ts'
import type { LogsState } from '../state.ts'
import type { Stream } from '../store/stream.ts'
import { groupIdentifier, groupName, groupOf, nameOf, permissions, streamName } from './shapes.ts'

/** The streams of a group. */
export function streamOperations(state: LogsState, { clock }: Pick<World, 'clock'>): readonly Operation[] {
  const { onGroup, onStream } = permissions(state)
  const describe = (group: string, stream: Stream) => ({
    logStreamName: stream.name,
    creationTime: stream.created,
    firstEventTimestamp: stream.span?.first,
    lastEventTimestamp: stream.span?.last,
    lastIngestionTime: stream.lastIngestion,
    uploadSequenceToken: sequenceToken(stream),
    arn: `${state.arnOf(group)}:log-stream:${stream.name}`,
    // Of single streams it is always 0. CloudWatch Logs API Reference "LogStream".
    storedBytes: 0,
  })
  return [
    operation({
      name: 'CreateLogStream',
      input: shape({ logGroupName: groupName, logStreamName: streamName }),
      authorize: input => onStream('CreateLogStream', input.logGroupName, input.logStreamName),
      run(input) {
        state.get(input.logGroupName).createStream(input.logStreamName, clock.now())
        return {}
      },
    }),
    operation({
      name: 'DeleteLogStream',
      input: shape({ logGroupName: groupName, logStreamName: streamName }),
      authorize: input => onStream('DeleteLogStream', input.logGroupName, input.logStreamName),
      run(input) {
        state.get(input.logGroupName).deleteStream(input.logStreamName)
        return {}
      },
    }),
    operation({
      name: 'DescribeLogStreams',
      input: shape({
        logGroupName: groupName.optional(),
        logGroupIdentifier: groupIdentifier.optional(),
        logStreamNamePrefix: streamName.optional(),
        orderBy: z.enum(['LogStreamName', 'LastEventTime']).optional(),
        descending: z.boolean().optional(),
        nextToken: z.string().optional(),
        limit: z.int().min(1).max(DESCRIBE_PAGE).optional(),
      }),
      authorize: input => onGroup('DescribeLogStreams', nameOf(input)),
      run(input) {
        const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false, limit, nextToken } = input
        if (prefix !== undefined && orderBy === 'LastEventTime') {
          throw new InvalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.')
        }
        const group = groupOf(state, input)
        const found = group.streams.filter(({ name }) => prefix === undefined || name.startsWith(prefix))
        const ordered =
          orderBy === 'LastEventTime' ? found.toSorted((a, b) => (a.span?.last ?? 0) - (b.span?.last ?? 0)) : found
        const all = descending ? ordered.toReversed() : ordered
        const { items, next } = pageAfter(all, stream => stream.name, limit ?? DESCRIBE_PAGE, nextToken)
        return { logStreams: items.map(stream => describe(group.settings.name, stream)), nextToken: next }
      },
    }),
  ]
}

/** Nobody needs it any more; clients of old still ask for it. CloudWatch Logs API Reference "PutLogEvents". */
export function sequenceToken({ segments }: Stream): string {
  const last = segments.at(-1)
  const count = last ? last.firstSequence + last.events : 0
  return `496${String(count).padStart(53, '0')}`
}
