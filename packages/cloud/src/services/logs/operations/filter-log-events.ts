import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter } from '../errors.ts'
import { parsePattern } from '../filter-pattern/pattern.ts'
import { EVENTS_PAGE } from '../limits.ts'
import type { LogsState } from '../state.ts'
import { eventId } from '../store/event-id.ts'
import { byTime, type FoundEvent } from '../store/event-window.ts'
import type { Group } from '../store/group.ts'
import { search } from '../store/search.ts'
import { groupIdentifier, groupName, groupOf, moment, nameOf, permissions, streamName } from './shapes.ts'

/** FilterLogEvents: the events of a group, or of some of its streams, that match. Whole segments stream through it. */
export const filterLogEvents = (state: LogsState, { clock }: Pick<World, 'clock'>): Operation =>
  operation({
    name: 'FilterLogEvents',
    input: shape({
      logGroupName: groupName.optional(),
      logGroupIdentifier: groupIdentifier.optional(),
      logStreamNames: z.array(streamName).min(1).max(100).optional(),
      logStreamNamePrefix: streamName.optional(),
      startTime: moment.optional(),
      endTime: moment.optional(),
      filterPattern: z.string().max(1024).optional(),
      nextToken: z.string().optional(),
      limit: z.int().min(1).max(EVENTS_PAGE).optional(),
      interleaved: accepted(
        z.boolean().optional(),
        'AWS ignores it, too: events of all streams are in the order of time',
      ),
    }),
    authorize: input => permissions(state).onGroup('FilterLogEvents', nameOf(input)),
    async run(input) {
      const { startTime = 0, endTime = Number.MAX_SAFE_INTEGER, filterPattern = '', nextToken, limit } = input
      if (input.logStreamNames && input.logStreamNamePrefix !== undefined) {
        throw new InvalidParameter('logStreamNames and logStreamNamePrefix must not both be specified.')
      }
      if (startTime > endTime) throw new InvalidParameter('startTime must not be after endTime.')
      const group = groupOf(state, input)
      const pattern = parsePattern(filterPattern)
      const after = nextToken === undefined ? undefined : readToken(nextToken)
      const window = await search({
        streams: streamsOf(group, input.logStreamNames, input.logStreamNamePrefix),
        order: byTime,
        direction: 'forward',
        from: Math.max(startTime, group.oldestReadable(clock.now()), after?.at ?? 0),
        to: endTime,
        passes: event => (!after || byTime(event, after) > 0) && pattern.match(event.message) !== undefined,
        most: limit ?? EVENTS_PAGE,
      })
      const last = window.events.at(-1)
      return {
        events: window.events.map(event => ({
          logStreamName: event.stream,
          timestamp: event.at,
          message: event.message,
          ingestionTime: event.ingested,
          eventId: eventId(event),
        })),
        // AWS has stopped to fill it.
        searchedLogStreams: [],
        nextToken: window.leftOut && last ? writeToken(last) : undefined,
      }
    },
  })

function streamsOf(group: Group, names: readonly string[] | undefined, prefix: string | undefined) {
  if (names) return names.map(name => group.stream(name))
  return group.streams.filter(({ name }) => prefix === undefined || name.startsWith(prefix))
}

const writeToken = ({ at, ingested, stream, sequence }: FoundEvent): string =>
  Buffer.from(JSON.stringify([at, ingested, sequence, stream])).toString('base64url')

const position = z.tuple([z.int(), z.int(), z.int(), z.string()])

function readToken(token: string): FoundEvent {
  try {
    const [at, ingested, sequence, stream] = position.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
    return { at, ingested, sequence, stream, message: '' }
  } catch {
    throw new InvalidParameter('The specified nextToken is invalid.')
  }
}
