import { z } from 'zod'
import { type Call, type Operation, shape, wireList } from '../../../gateway/api.ts'
import { batchAnswer, checkBatch, failedEntry } from '../batch.ts'
import { checkDraft } from '../draft.ts'
import { BatchRequestTooLong, InvalidParameterValue, MissingParameter } from '../errors.ts'
import { LARGEST_MESSAGE_BYTES } from '../limits.ts'
import { type MessageAttributes, type MessageDraft, sequenceNumber } from '../message.ts'
import { attributesMd5, sizeOf } from '../message-attributes.ts'
import { Answer } from '../query-form.ts'
import type { Accepted } from '../queue-calls.ts'
import { senderIdOf } from '../sender.ts'
import { type Context, messageAttribute, on, optionalInteger, queueUrl, sqsOperation } from './shapes.ts'

const ENTRY = 'SendMessageBatchRequestEntry'

const message = {
  MessageBody: z.string().optional(),
  DelaySeconds: optionalInteger(),
  MessageAttributes: z.record(z.string(), messageAttribute).optional(),
  MessageSystemAttributes: z.record(z.string(), messageAttribute).optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageGroupId: z.string().optional(),
}

const messageShape = shape(message)

type WireMessage = z.output<typeof messageShape>

/** Sending one message, and several. */
export function sendOperations(context: Context): readonly Operation[] {
  const { queues } = context
  return [
    sqsOperation({
      name: 'SendMessage',
      input: shape({ QueueUrl: queueUrl, ...message }),
      authorize: ({ QueueUrl }) => on(context, 'SendMessage', QueueUrl),
      run({ QueueUrl, ...wire }, call) {
        const { messages } = queues.byUrl(QueueUrl)
        const draft = draftOf(wire, call)
        checkDraft(draft, messages.settings)
        const [accepted] = messages.send([draft])
        return new Answer(accepted ? describe(draft, accepted, wire, messages.settings.fifo) : {})
      },
    }),
    sqsOperation({
      name: 'SendMessageBatch',
      input: shape({ QueueUrl: queueUrl, Entries: wireList(shape({ Id: z.string(), ...message })) }),
      authorize: ({ QueueUrl }) => on(context, 'SendMessage', QueueUrl),
      run({ QueueUrl, Entries }, call) {
        const { messages } = queues.byUrl(QueueUrl)
        checkBatch(Entries, ENTRY)
        checkSize(Entries)
        const failed: object[] = []
        const good = Entries.flatMap(entry => {
          try {
            const draft = draftOf(entry, call)
            checkDraft(draft, messages.settings)
            return [{ entry, draft }]
          } catch (error) {
            failed.push(failedEntry(entry.Id, error))
            return []
          }
        })
        const accepted = messages.send(good.map(({ draft }) => draft))
        const successful = good.flatMap(({ entry, draft }, i) => {
          const each = accepted[i]
          return each ? [{ Id: entry.Id, ...describe(draft, each, entry, messages.settings.fifo) }] : []
        })
        return new Answer(batchAnswer(successful, failed), 'SendMessageBatchResultEntry')
      },
    }),
  ]
}

/** @throws MissingParameter, InvalidParameterValue */
function draftOf(wire: WireMessage, { principal }: Call): MessageDraft {
  if (wire.MessageBody === undefined) throw new MissingParameter('MessageBody')
  return {
    body: wire.MessageBody,
    attributes: wire.MessageAttributes ?? {},
    sender: senderIdOf(principal),
    trace: traceOf(wire.MessageSystemAttributes ?? {}),
    group: wire.MessageGroupId,
    deduplicationId: wire.MessageDeduplicationId,
    delaySeconds: wire.DelaySeconds,
  }
}

/** Of the attributes that belong to AWS, the one that a sender may give: it doesn't count for the size of the message. */
function traceOf(attributes: MessageAttributes): string | undefined {
  const foreign = Object.keys(attributes).find(name => name !== 'AWSTraceHeader')
  if (foreign !== undefined) {
    throw new InvalidParameterValue(
      `Message system attribute name '${foreign}' is invalid. The allowed name is AWSTraceHeader.`,
    )
  }
  const trace = attributes.AWSTraceHeader
  if (trace && (trace.dataType !== 'String' || !trace.text)) {
    throw new InvalidParameterValue("The message system attribute 'AWSTraceHeader' must be a non-empty String.")
  }
  return trace?.text
}

function checkSize(entries: readonly WireMessage[]): void {
  let size = 0
  for (const { MessageBody = '', MessageAttributes = {} } of entries) size += sizeOf(MessageBody, MessageAttributes)
  if (size > LARGEST_MESSAGE_BYTES) throw new BatchRequestTooLong(LARGEST_MESSAGE_BYTES, size)
}

const describe = (draft: MessageDraft, { id, bodyMd5, sequence }: Accepted, wire: WireMessage, fifo: boolean) => ({
  MessageId: id,
  MD5OfMessageBody: bodyMd5,
  MD5OfMessageAttributes: attributesMd5(draft.attributes),
  MD5OfMessageSystemAttributes: attributesMd5(wire.MessageSystemAttributes ?? {}),
  SequenceNumber: fifo ? sequenceNumber(sequence) : undefined,
})
