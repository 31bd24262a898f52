import { z } from 'zod'
import { type Operation, shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { batchAnswer, checkBatch, failedEntry } from '../batch.ts'
import { checkId, notOfThisType } from '../draft.ts'
import { InvalidAttributeName, InvalidParameterValue } from '../errors.ts'
import { LONGEST_VISIBILITY_SECONDS, LONGEST_WAIT_SECONDS, MOST_IN_BATCH } from '../limits.ts'
import { type MessageAttributes, type StoredMessage, sequenceNumber } from '../message.ts'
import { attributesMd5, selectAttributes } from '../message-attributes.ts'
import { Answer } from '../query-form.ts'
import type { Received } from '../queue-calls.ts'
import { type Context, on, optionalInteger, queueUrl, sqsOperation, texts } from './shapes.ts'

/** Receiving messages, deleting them, and keeping them longer. */
export function receiveOperations(context: Context): readonly Operation[] {
  const { queues } = context
  return [
    sqsOperation({
      name: 'ReceiveMessage',
      input: shape({
        QueueUrl: queueUrl,
        AttributeNames: texts(),
        MessageSystemAttributeNames: texts(),
        MessageAttributeNames: texts(),
        MaxNumberOfMessages: optionalInteger(),
        VisibilityTimeout: optionalInteger(),
        WaitTimeSeconds: optionalInteger(),
        ReceiveRequestAttemptId: z.string().optional(),
      }),
      authorize: ({ QueueUrl }) => on(context, 'ReceiveMessage', QueueUrl),
      async run(input, { gone }) {
        const { messages } = queues.byUrl(input.QueueUrl)
        const { MaxNumberOfMessages: most = 1, VisibilityTimeout, WaitTimeSeconds, ReceiveRequestAttemptId } = input
        const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]
        for (const name of system) if (!SYSTEM_ATTRIBUTES.includes(name)) throw new InvalidAttributeName(name)
        checkRange(
          most,
          'MaxNumberOfMessages',
          1,
          MOST_IN_BATCH,
          `Must be between 1 and ${MOST_IN_BATCH}, if provided.`,
        )
        checkVisibility(VisibilityTimeout)
        const reason = `Must be >= 0 and <= ${LONGEST_WAIT_SECONDS}, if provided.`
        checkRange(WaitTimeSeconds, 'WaitTimeSeconds', 0, LONGEST_WAIT_SECONDS, reason)
        if (ReceiveRequestAttemptId !== undefined) {
          if (!messages.settings.fifo) throw notOfThisType(ReceiveRequestAttemptId, 'ReceiveRequestAttemptId')
          checkId(ReceiveRequestAttemptId, 'ReceiveRequestAttemptId')
        }
        const received = await messages.receive({
          most,
          visibilitySeconds: VisibilityTimeout,
          waitSeconds: WaitTimeSeconds,
          attempt: ReceiveRequestAttemptId,
          gone,
        })
        const described = received.map(each =>
          describe(each, system, input.MessageAttributeNames ?? [], messages.settings.fifo),
        )
        return new Answer({ Messages: described.length > 0 ? described : undefined })
      },
    }),
    sqsOperation({
      name: 'DeleteMessage',
      input: shape({ QueueUrl: queueUrl, ReceiptHandle: z.string() }),
      authorize: ({ QueueUrl }) => on(context, 'DeleteMessage', QueueUrl),
      run({ QueueUrl, ReceiptHandle }) {
        const [error] = queues.byUrl(QueueUrl).messages.delete([ReceiptHandle])
        if (error) throw error
      },
    }),
    sqsOperation({
      name: 'DeleteMessageBatch',
      input: shape({ QueueUrl: queueUrl, Entries: wireList(shape({ Id: z.string(), ReceiptHandle: z.string() })) }),
      authorize: ({ QueueUrl }) => on(context, 'DeleteMessage', QueueUrl),
      run({ QueueUrl, Entries }) {
        const { messages } = queues.byUrl(QueueUrl)
        checkBatch(Entries, 'DeleteMessageBatchRequestEntry')
        const errors = messages.delete(Entries.map(({ ReceiptHandle }) => ReceiptHandle))
        const successful = Entries.flatMap(({ Id }, i) => (errors[i] ? [] : [{ Id }]))
        const failed = Entries.flatMap(({ Id }, i) => (errors[i] ? [failedEntry(Id, errors[i])] : []))
        return new Answer(batchAnswer(successful, failed), 'DeleteMessageBatchResultEntry')
      },
    }),
    sqsOperation({
      name: 'ChangeMessageVisibility',
      input: shape({ QueueUrl: queueUrl, ReceiptHandle: z.string(), VisibilityTimeout: wireInteger() }),
      authorize: ({ QueueUrl }) => on(context, 'ChangeMessageVisibility', QueueUrl),
      run({ QueueUrl, ReceiptHandle, VisibilityTimeout }) {
        const { messages } = queues.byUrl(QueueUrl)
        checkVisibility(VisibilityTimeout)
        messages.changeVisibility(ReceiptHandle, VisibilityTimeout)
      },
    }),
    sqsOperation({
      name: 'ChangeMessageVisibilityBatch',
      input: shape({
        QueueUrl: queueUrl,
        Entries: wireList(shape({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: wireInteger() })),
      }),
      authorize: ({ QueueUrl }) => on(context, 'ChangeMessageVisibility', QueueUrl),
      run({ QueueUrl, Entries }) {
        const { messages } = queues.byUrl(QueueUrl)
        checkBatch(Entries, 'ChangeMessageVisibilityBatchRequestEntry')
        const failed: object[] = []
        const successful = Entries.flatMap(({ Id, ReceiptHandle, VisibilityTimeout }) => {
          try {
            checkVisibility(VisibilityTimeout)
            messages.changeVisibility(ReceiptHandle, VisibilityTimeout)
            return [{ Id }]
          } catch (error) {
            failed.push(failedEntry(Id, error))
            return []
          }
        })
        return new Answer(batchAnswer(successful, failed), 'ChangeMessageVisibilityBatchResultEntry')
      },
    }),
  ]
}

function checkRange(value: number | undefined, parameter: string, least: number, most: number, reason: string): void {
  if (value === undefined || (value >= least && value <= most)) return
  throw InvalidParameterValue.of(value, parameter, reason)
}

const checkVisibility = (value: number | undefined) =>
  checkRange(
    value,
    'VisibilityTimeout',
    0,
    LONGEST_VISIBILITY_SECONDS,
    `Must be between 0 and ${LONGEST_VISIBILITY_SECONDS}, if provided.`,
  )

/** @see Amazon SQS API Reference, "ReceiveMessage" */
const SYSTEM_ATTRIBUTES = [
  'All',
  'AWSTraceHeader',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
]

function describe({ message, handle }: Received, system: readonly string[], wanted: readonly string[], fifo: boolean) {
  const attributes = selectAttributes(message.attributes, wanted)
  const systemAttributes = systemAttributesOf(message, fifo, system)
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: message.bodyMd5,
    Body: message.body,
    Attributes: Object.keys(systemAttributes).length > 0 ? systemAttributes : undefined,
    MD5OfMessageAttributes: attributesMd5(attributes),
    MessageAttributes: Object.keys(attributes).length > 0 ? wireAttributes(attributes) : undefined,
  }
}

function systemAttributesOf(message: StoredMessage, fifo: boolean, wanted: readonly string[]): Record<string, string> {
  if (wanted.length === 0) return {}
  const all: Readonly<Record<string, string | undefined>> = {
    AWSTraceHeader: message.trace,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? ''),
    ApproximateReceiveCount: String(message.receives),
    DeadLetterQueueSourceArn: message.deadLetterSource,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.group,
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    SequenceNumber: fifo ? sequenceNumber(message.sequence) : undefined,
  }
  const names = wanted.includes('All') ? SYSTEM_ATTRIBUTES : wanted
  return Object.fromEntries(names.flatMap(name => (all[name] === undefined ? [] : [[name, all[name]]])))
}

const wireAttributes = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, text, binary }]) => [
      name,
      { DataType: dataType, StringValue: text, BinaryValue: binary },
    ]),
  )
