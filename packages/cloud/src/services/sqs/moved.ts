import type { Instant } from '@terrace/kit'
import type { StoredMessage } from './message.ts'

/**
 * A standard queue's dead letter is as old as it was; that of a FIFO queue starts anew, and is told apart by its id.
 * @see Amazon SQS Developer Guide, "Amazon SQS dead-letter queues"
 */
export const asDeadLetter = (kept: StoredMessage, source: string, fifo: boolean, now: Instant): StoredMessage => ({
  ...kept,
  ...(fifo ? { retainedFrom: now, deduplicationId: kept.id } : {}),
  deadLetterSource: source,
  receivesElsewhere: kept.receives,
  queuedAt: now,
  visibleAt: now,
})

/** What is moved back is a new message. @see Amazon SQS Developer Guide, "Dead-letter queue redrive" */
export function asNew(
  { firstReceivedAt, lastReceivedAt, deadLetterSource, ...kept }: StoredMessage,
  id: string,
  now: Instant,
) {
  return {
    ...kept,
    id,
    sentAt: now,
    queuedAt: now,
    retainedFrom: now,
    visibleAt: now,
    receives: 0,
    receivesElsewhere: 0,
  }
}
