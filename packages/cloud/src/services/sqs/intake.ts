import { hash } from 'node:crypto'
import { type Instant, seconds } from '@terrace/kit'
import type { MessageDraft, StoredMessage } from './message.ts'
import type { QueueSettings } from './settings.ts'

/** What the queue gives to a message. */
interface Given {
  readonly id: string
  readonly sequence: number
  readonly bodyMd5: string
  readonly now: Instant
}

/** A message as it is kept from the moment when it is accepted. */
export function newMessage(draft: MessageDraft, settings: QueueSettings, given: Given): StoredMessage {
  const { body, attributes, sender, trace, group, delaySeconds } = draft
  const { id, sequence, bodyMd5, now } = given
  const delay = delaySeconds === undefined ? settings.delay : seconds(delaySeconds)
  const deduplicationId = deduplicationIdOf(draft, settings)
  return {
    sequence,
    id,
    body,
    bodyMd5,
    attributes,
    sender,
    ...(trace === undefined ? {} : { trace }),
    ...(group === undefined ? {} : { group }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
    sentAt: now,
    queuedAt: now,
    retainedFrom: now,
    receives: 0,
    receivesElsewhere: 0,
    visibleAt: now + delay,
  }
}

/** What a FIFO queue knows a message by; nothing in a standard queue. */
export function deduplicationKeyOf(draft: MessageDraft, settings: QueueSettings): string | undefined {
  const id = settings.fifo ? deduplicationIdOf(draft, settings) : undefined
  return id !== undefined && settings.deduplicationPerGroup ? `${draft.group} ${id}` : id
}

function deduplicationIdOf({ deduplicationId, body }: MessageDraft, settings: QueueSettings): string | undefined {
  if (deduplicationId !== undefined || !settings.fifo) return deduplicationId
  return settings.contentBasedDeduplication ? hash('sha256', body, 'hex') : undefined
}
