import type { Instant } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter } from '../errors.ts'
import { EVENTS_PAGE } from '../limits.ts'
import type { LogsState } from '../state.ts'
import { byTimeInStream, reversed } from '../store/event-window.ts'
import { search } from '../store/search.ts'
import type { StoredEvent } from '../store/segment.ts'
import { groupIdentifier, groupName, groupOf, moment, nameOf, permissions, streamName } from './shapes.ts'

/** A place between the events of a stream: before the event of that moment and number. */
interface Boundary {
  readonly at: Instant
  readonly sequence: number
}

/**
 * GetLogEvents: pages of one stream, in either direction. A token leads to the same place for ever; at the end of the stream
 * the token that was given comes back.
 * @see CloudWatch Logs API Reference "GetLogEvents"
 */
export const getLogEvents = (state: LogsState, { clock }: Pick<World, 'clock'>): Operation =>
  operation({
    name: 'GetLogEvents',
    input: shape({
      logGroupName: groupName.optional(),
      logGroupIdentifier: groupIdentifier.optional(),
      logStreamName: streamName,
      startTime: moment.optional(),
      endTime: moment.optional(),
      nextToken: z.string().optional(),
      limit: z.int().min(1).max(EVENTS_PAGE).optional(),
      startFromHead: z.boolean().optional(),
    }),
    authorize: input => permissions(state).onStream('GetLogEvents', nameOf(input), input.logStreamName),
    async run(input) {
      const { startTime = 0, endTime, nextToken, limit = EVENTS_PAGE, startFromHead = false } = input
      const group = groupOf(state, input)
      const token = nextToken === undefined ? undefined : readToken(nextToken)
      const forward = token ? token.direction === 'f' : startFromHead
      const window = await search({
        streams: [group.stream(input.logStreamName)],
        order: forward ? byTimeInStream : reversed(byTimeInStream),
        direction: forward ? 'forward' : 'backward',
        from: Math.max(startTime, group.oldestReadable(clock.now()), token && forward ? token.at : 0),
        // The end isn't included.
        to: Math.min(
          endTime === undefined ? Number.MAX_SAFE_INTEGER : endTime - 1,
          token && !forward ? token.at : Number.MAX_SAFE_INTEGER,
        ),
        passes: event => !token || (forward ? !isBefore(event, token) : isBefore(event, token)),
        most: limit,
      })
      const events = forward ? window.events : window.events.toReversed()
      const first = events[0] ?? token ?? { at: startTime, sequence: 0 }
      const last = events.at(-1)
      const end = last ? { at: last.at, sequence: last.sequence + 1 } : first
      return {
        events: events.map(({ at, ingested, message }) => ({ timestamp: at, message, ingestionTime: ingested })),
        nextForwardToken: writeToken('f', end),
        nextBackwardToken: writeToken('b', first),
      }
    },
  })

const isBefore = (event: StoredEvent, { at, sequence }: Boundary): boolean =>
  event.at < at || (event.at === at && event.sequence < sequence)

const writeToken = (direction: 'b' | 'f', { at, sequence }: Boundary): string =>
  `${direction}/${String(at).padStart(28, '0')}${String(sequence).padStart(28, '0')}`

function readToken(token: string): Boundary & { readonly direction: 'b' | 'f' } {
  const [, direction, at, sequence] = /^([bf])\/(\d{28})(\d{28})$/.exec(token) ?? []
  if (direction !== 'b' && direction !== 'f') throw new InvalidParameter('The specified nextToken is invalid.')
  return { direction, at: Number(at), sequence: Number(sequence) }
}
