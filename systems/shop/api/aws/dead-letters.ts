import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { batchesOfTen } from './batches.ts'
import { TRACE_HEADER, withTraceHeader } from './trace-header.ts'

/** A message that the worker gave up. */
export interface DeadLetter {
  readonly id: string
  readonly body: string
  /** Since when it has been on a queue, milliseconds since 1970. */
  readonly sentAt: number
}

/** How long looked-at messages are hidden from others, should we not come to show them again, seconds. */
const HIDDEN_SECONDS = 20
/** Looks at the queue until it shows nothing new; a queue that is long is shown in part. */
const MOST_LOOKS = 20

/** The queue of what was given up five times: a queue can't be read, only received from and put back. */
export class DeadLetterQueue {
  readonly #client: SQSClient
  readonly #url: string
  readonly #ordersUrl: string

  /** @param ordersUrl  the queue that a retried message goes back to */
  constructor(client: SQSClient, url: string, ordersUrl: string) {
    this.#client = client
    this.#url = url
    this.#ordersUrl = ordersUrl
  }

  /** How many there are, roughly, as SQS counts: those that somebody is looking at included. */
  async count(): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#url, AttributeNames: [...names] }),
    )
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
  }

  /** Up to 200 of them, oldest first. */
  async list(): Promise<readonly DeadLetter[]> {
    const received = await this.#receiveAll()
    await this.#putBack(received)
    return received.map(toDeadLetter).sort((one, other) => one.sentAt - other.sentAt)
  }

  /**
   * Sends one of them to the worker again, as a part of the same trace. Sent first and deleted then: who dies in between leaves it on both queues,
   * which the worker copes with.
   *
   * @returns false when there is no such message
   */
  async retry(id: string): Promise<boolean> {
    const received = await this.#receiveAll(id)
    const wanted = received.find(({ MessageId }) => MessageId === id)
    await this.#putBack(received.filter(message => message !== wanted))
    if (!wanted) return false
    const { Body: MessageBody = '', Attributes } = wanted
    const trace = withTraceHeader(Attributes?.[TRACE_HEADER])
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#ordersUrl, MessageBody, ...trace }))
    await this.#client.send(
      new DeleteMessageCommand({ QueueUrl: this.#url, ReceiptHandle: wanted.ReceiptHandle ?? '' }),
    )
    return true
  }

  async #receiveAll(until?: string): Promise<readonly Message[]> {
    const found = new Map<string, Message>()
    for (let look = 0; look < MOST_LOOKS; look++) {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageSystemAttributeNames: ['SentTimestamp', TRACE_HEADER],
          // Long enough to ask all of SQS's servers, not only some.
          WaitTimeSeconds: 1,
        }),
      )
      for (const message of Messages) found.set(message.MessageId ?? '', message)
      if (Messages.length === 0 || (until !== undefined && found.has(until))) break
    }
    return [...found.values()]
  }

  async #putBack(messages: readonly Message[]): Promise<void> {
    for (const batch of batchesOfTen(messages)) {
      await this.#client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: this.#url,
          Entries: batch.map(({ ReceiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      )
    }
  }
}

const toDeadLetter = ({ MessageId = '', Body = '', Attributes }: Message): DeadLetter => ({
  id: MessageId,
  body: Body,
  sentAt: Number(Attributes?.SentTimestamp ?? 0),
})
