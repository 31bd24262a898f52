import type { Instant } from '@terrace/kit'
import { z } from 'zod'

/** One attribute of a message: text and numbers as text, binary as base64. */
export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, or one of them with a label: `Number.int`. */
  readonly dataType: string
  readonly text?: string | undefined
  readonly binary?: string | undefined
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

/** What a sender gives. */
export interface MessageDraft {
  readonly body: string
  readonly attributes: MessageAttributes
  /** Of the sender, as `SenderId` has it: `AROA…:i-…`. */
  readonly sender: string
  /** `AWSTraceHeader` */
  readonly trace?: string | undefined
  readonly group?: string | undefined
  readonly deduplicationId?: string | undefined
  /** Instead of the queue's own. */
  readonly delaySeconds?: number | undefined
}

const attribute = z.strictObject({
  dataType: z.string(),
  text: z.string().optional(),
  binary: z.string().optional(),
})

/** A message as it is kept. */
export const storedMessage = z.strictObject({
  /** Its place in the queue. */
  sequence: z.int(),
  id: z.string(),
  body: z.string(),
  bodyMd5: z.string(),
  attributes: z.record(z.string(), attribute),
  sender: z.string(),
  trace: z.string().optional(),
  group: z.string().optional(),
  deduplicationId: z.string().optional(),
  sentAt: z.number(),
  /** Since when it is in this queue: a dead letter came later than it was sent. */
  queuedAt: z.number(),
  /** From here its retention counts. */
  retainedFrom: z.number(),
  /** ARN of the queue it was moved here from, as a dead letter. */
  deadLetterSource: z.string().optional(),
  receives: z.int(),
  /** How many of these receives were from the queue that it was moved here from. */
  receivesElsewhere: z.int(),
  firstReceivedAt: z.number().optional(),
  lastReceivedAt: z.number().optional(),
  /** Delayed or in flight until then; in the past: visible. */
  visibleAt: z.number(),
})

export type StoredMessage = Readonly<z.infer<typeof storedMessage>>

/** Where a message is: `gone` ones are deleted, expired, purged or moved. */
export type MessageState = 'delayed' | 'ready' | 'inFlight' | 'gone'

/** A message in memory: what of it is kept changes with every receive. */
export class Message {
  kept: StoredMessage
  state: MessageState = 'ready'

  constructor(kept: StoredMessage) {
    this.kept = kept
  }

  /** As it stands in the log, whenever it has to be written again. */
  line(): string {
    return JSON.stringify(['m', this.kept])
  }

  change(changed: Partial<StoredMessage>): void {
    this.kept = { ...this.kept, ...changed }
  }

  /** It is handed out. @param visibleAt  when it comes back unless it is deleted */
  receive(at: Instant, visibleAt: Instant): void {
    const { receives, firstReceivedAt = at } = this.kept
    this.change({ receives: receives + 1, firstReceivedAt, lastReceivedAt: at, visibleAt })
  }

  /** Where it is at a moment, by what is kept of it. */
  stateAt(now: Instant): MessageState {
    if (this.kept.visibleAt <= now) return 'ready'
    return this.kept.lastReceivedAt === undefined ? 'delayed' : 'inFlight'
  }
}

/** `SequenceNumber` of a FIFO queue: 20 digits that grow. */
export const sequenceNumber = (sequence: number): string => `1${String(sequence).padStart(19, '0')}`
