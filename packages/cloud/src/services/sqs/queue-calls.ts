import type { Clock } from '@terrace/kit'
import type { StoredMessage } from './message.ts'
import type { MessageQueue } from './message-queue.ts'
import type { QueueSettings } from './settings.ts'

/** What the messages of a queue need. */
export interface MessageQueueOptions {
  /** Of this queue alone: another one that had its name before has another. */
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly folder: string
  readonly settings: QueueSettings
  /** The machine's own time: who works on messages does so in real time. */
  readonly clock: Clock
  /** The queue for messages that were received too often; nothing when it is gone. */
  readonly deadLetterQueue: () => MessageQueue | undefined
  /** Is told that so many messages went there. */
  readonly onDeadLetters: (count: number) => void
}

/** What a sender is told. */
export interface Accepted {
  readonly id: string
  readonly bodyMd5: string
  readonly sequence: number
}

/** What a receiver asks for. */
export interface ReceiveRequest {
  readonly most: number
  /** Absent: the queue's own. */
  readonly visibilitySeconds?: number | undefined
  /** Absent: the queue's own. */
  readonly waitSeconds?: number | undefined
  /** FIFO queues alone: the same attempt again gets the same messages. */
  readonly attempt?: string | undefined
  /** Nobody waits any longer when it is aborted. */
  readonly gone?: AbortSignal
}

/** A message that is handed out. */
export interface Received {
  readonly message: StoredMessage
  readonly handle: string
}
