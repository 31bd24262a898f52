import { days, type Instant } from '@terrace/kit'
import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter } from '../errors.ts'
import {
  EVENT_OVERHEAD_BYTES,
  LARGEST_BATCH_BYTES,
  LONGEST_BATCH,
  MOST_EVENTS,
  NEWEST_EVENT,
  OLDEST_EVENT,
} from '../limits.ts'
import type { LogsState } from '../state.ts'
import { groupName, moment, permissions, streamName } from './shapes.ts'
import { sequenceToken } from './streams.ts'

const event = shape({ timestamp: moment, message: z.string().min(1) })

type InputEvent = z.output<typeof event>

/** PutLogEvents: sequence tokens are ignored. @see CloudWatch Logs API Reference "PutLogEvents" */
export const putLogEvents = (state: LogsState, world: Pick<World, 'clock' | 'realtime'>): Operation =>
  operation({
    name: 'PutLogEvents',
    input: shape({
      logGroupName: groupName,
      logStreamName: streamName,
      logEvents: z.array(event).min(1).max(MOST_EVENTS),
      sequenceToken: accepted(z.string().optional(), 'AWS ignores it, too'),
      entity: accepted(z.unknown().optional(), 'it is for navigation in the console alone'),
    }),
    authorize: input => permissions(state).onStream('PutLogEvents', input.logGroupName, input.logStreamName),
    run({ logGroupName, logStreamName, logEvents }) {
      const group = state.get(logGroupName)
      const stream = group.stream(logStreamName)
      checkBatch(logEvents)
      // Applications go by the machine's time, whatever the time scale: what either clock allows is taken.
      const times = [world.clock.now(), world.realtime.now()]
      const now = { earliest: Math.min(...times), latest: Math.max(...times) }
      const { accepted, rejected } = sort(logEvents, now, group.settings.retentionDays)
      if (LONGEST_BATCH < (accepted.at(-1)?.timestamp ?? 0) - (accepted[0]?.timestamp ?? 0)) {
        throw new InvalidParameter(
          'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
        )
      }
      state.put(
        logGroupName,
        logStreamName,
        accepted.map(({ timestamp, message }) => ({ at: timestamp, message })),
      )
      return { nextSequenceToken: sequenceToken(stream), rejectedLogEventsInfo: rejected }
    },
  })

function checkBatch(events: readonly InputEvent[]): void {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES, 0)
  if (bytes > LARGEST_BATCH_BYTES) {
    throw new InvalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${LARGEST_BATCH_BYTES}`)
  }
  if (events.some(({ timestamp }, i) => timestamp < (events[i - 1]?.timestamp ?? 0))) {
    throw new InvalidParameter('Log events in a single PutLogEvents request must be in chronological order.')
  }
}

/** Events are in the order of time, so that the old ones are at the beginning and those of the future at the end. */
function sort(
  events: readonly InputEvent[],
  now: { readonly earliest: Instant; readonly latest: Instant },
  retentionDays: number | undefined,
) {
  const countBefore = (limit: Instant) => events.filter(({ timestamp }) => timestamp < limit).length
  const tooOld = countBefore(now.earliest - OLDEST_EVENT)
  const expired = retentionDays === undefined ? 0 : countBefore(now.earliest - days(retentionDays))
  const notTooNew = countBefore(now.latest + NEWEST_EVENT + 1)
  const info = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > tooOld ? { expiredLogEventEndIndex: expired } : {}),
    ...(notTooNew < events.length ? { tooNewLogEventStartIndex: notTooNew } : {}),
  }
  return {
    accepted: events.slice(Math.max(tooOld, expired), notTooNew),
    rejected: Object.keys(info).length > 0 ? info : undefined,
  }
}
