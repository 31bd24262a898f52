import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Random } from '@terrace/kit'
import { batchesOfTen } from '../aws/batches.ts'
import { TRACE_HEADER } from '../aws/trace-header.ts'
import { backOffSeconds } from './back-off.ts'

/** A message as the worker has it. */
export interface Received {
  readonly id: string
  readonly body: string
  /** How often it has been received, this time included. */
  readonly receives: number
  /** What proves that it is ours for now. */
  readonly handle: string
  /** Where in which trace it was sent, as X-Ray writes it. */
  readonly traceHeader: string | undefined
}

/** As long as SQS allows: an idle worker asks three times a minute. */
const WAIT_SECONDS = 20

export interface OrderQueueOptions {
  readonly polling: SQSClient
  readonly short: SQSClient
  readonly url: string
  readonly random: Random
}

/** The queue of orders, as the worker uses it. */
export class OrderQueue {
  readonly #options: OrderQueueOptions

  constructor(options: OrderQueueOptions) {
    this.#options = options
  }

  /** Up to ten messages, once there is at least one, or none after 20 s. @throws the SDK's error, the signal's too */
  async receive(signal: AbortSignal): Promise<readonly Received[]> {
    const { Messages = [] } = await this.#options.polling.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#options.url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', TRACE_HEADER],
      }),
      { abortSignal: signal },
    )
    return Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }) => ({
      id: MessageId,
      body: Body,
      receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
      handle: ReceiptHandle,
      traceHeader: Attributes?.[TRACE_HEADER],
    }))
  }

  /** These are done. */
  async remove(messages: readonly Received[]): Promise<void> {
    const { short, url } = this.#options
    for (const batch of batchesOfTen(messages)) {
      const Entries = batch.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }))
      await short.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    }
  }

  /** These are to come back later, the later the more often they were tried. After five times SQS puts them aside. */
  async postpone(messages: readonly Received[]): Promise<void> {
    const { short, url, random } = this.#options
    for (const batch of batchesOfTen(messages)) {
      const Entries = batch.map(({ handle, receives }, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: backOffSeconds(receives, random),
      }))
      await short.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }))
    }
  }
}
