import type { QueueRecord } from './queue-calls.ts'

/** The event of a batch. @see Lambda Developer Guide, "Using Lambda with Amazon SQS", "Example standard queue message event" */
export const eventOf = (messages: readonly QueueRecord[], sourceArn: string) => ({
  Records: messages.map(message => recordOf(message, sourceArn)),
})

/** One message, as the function and the filters see it. */
export const recordOf = (message: QueueRecord, sourceArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: sourceArn,
  awsRegion: sourceArn.split(':')[3] ?? '',
})

/**
 * The messages that a function has handled, by what it returned.
 *
 * @returns nothing of them when the answer is not one that AWS understands: then all have failed
 * @see Lambda Developer Guide, "Implementing partial batch responses", "Success and failure conditions"
 */
export function handledOf(messages: readonly QueueRecord[], payload: string): readonly QueueRecord[] {
  const answer: unknown = JSON.parse(payload)
  const failures: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'batchItemFailures') : []
  if (failures === undefined || failures === null) return messages
  if (!Array.isArray(failures)) return []
  const ids = failures.map(idOf)
  const known = new Set(messages.map(({ MessageId }) => MessageId))
  if (ids.some(id => id === undefined || !known.has(id))) return []
  return messages.filter(({ MessageId }) => !ids.includes(MessageId))
}

function idOf(failure: unknown): string | undefined {
  const id: unknown =
    typeof failure === 'object' && failure !== null ? Reflect.get(failure, 'itemIdentifier') : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}
