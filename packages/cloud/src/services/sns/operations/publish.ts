import { z } from 'zod'
import { type Operation, shape, wireList } from '../../../gateway/api.ts'
import { AwsError, NotEmulated } from '../../../gateway/errors.ts'
import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  InvalidParameter,
  TooManyEntriesInBatchRequest,
} from '../errors.ts'
import { LARGEST_MESSAGE_BYTES, MOST_IN_BATCH } from '../limits.ts'
import { type Draft, sizeOfDraft } from '../message.ts'
import type { Receipt } from '../publisher.ts'
import { type Context, messageAttributes, notHere, on, snsOperation } from './shapes.ts'

const message = {
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: messageAttributes().optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageGroupId: z.string().optional(),
}

const messageShape = shape(message)

const entryShape = shape({ Id: z.string(), ...message })

/** Publishing one message, and several. */
export function publishOperations(context: Context): readonly Operation[] {
  const { topics, publisher } = context
  return [
    snsOperation(context, {
      name: 'Publish',
      input: shape({
        TopicArn: z.string().optional(),
        TargetArn: z.string().optional(),
        PhoneNumber: notHere('a text message to a telephone'),
        ...message,
      }),
      authorize: ({ TopicArn, TargetArn }) => on(context, 'Publish', TopicArn ?? TargetArn ?? '*'),
      async run({ TopicArn, TargetArn, ...wire }, { principal }) {
        const topic = topics.get(targetOf(TopicArn, TargetArn))
        return described(await publisher.publish(topic, draftOf(wire), principal))
      },
    }),
    snsOperation(context, {
      name: 'PublishBatch',
      input: shape({ TopicArn: z.string(), PublishBatchRequestEntries: wireList(entryShape) }),
      authorize: ({ TopicArn }) => on(context, 'Publish', TopicArn),
      async run({ TopicArn, PublishBatchRequestEntries: entries }, { principal }) {
        const topic = topics.get(TopicArn)
        checkBatch(entries)
        const successful: object[] = []
        const failed: object[] = []
        // One after the other: a FIFO topic keeps their order.
        for (const entry of entries) {
          const { Id } = entry
          try {
            successful.push({ Id, ...described(await publisher.publish(topic, draftOf(entry), principal)) })
          } catch (error) {
            if (!(error instanceof AwsError)) throw error
            failed.push({ Id, Code: error.queryCode, Message: error.message, SenderFault: error.status < 500 })
          }
        }
        return { Successful: successful, Failed: failed }
      },
    }),
  ]
}

/** @throws InvalidParameter, NotEmulated */
function targetOf(topicArn: string | undefined, targetArn: string | undefined): string {
  if (topicArn !== undefined && targetArn !== undefined) {
    throw new InvalidParameter('TopicArn or TargetArn, not both, must be specified')
  }
  const arn = topicArn ?? targetArn
  if (arn === undefined) {
    throw new InvalidParameter('TopicArn or TargetArn Reason: no value for required parameter')
  }
  if (arn.split(':')[5]?.startsWith('endpoint/')) {
    throw new NotEmulated('a notification to a mobile device', 'there are no mobile devices here')
  }
  return arn
}

const draftOf = (wire: z.output<typeof messageShape>): Draft => ({
  message: wire.Message,
  subject: wire.Subject,
  structure: wire.MessageStructure,
  attributes: wire.MessageAttributes ?? {},
  group: wire.MessageGroupId,
  deduplicationId: wire.MessageDeduplicationId,
})

const described = ({ id, sequence }: Receipt) => ({ MessageId: id, SequenceNumber: sequence })

/** What makes a batch fail as a whole. */
function checkBatch(entries: readonly z.output<typeof entryShape>[]): void {
  if (entries.length === 0) throw new EmptyBatchRequest()
  if (entries.length > MOST_IN_BATCH) throw new TooManyEntriesInBatchRequest()
  if (entries.some(({ Id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(Id))) throw new InvalidBatchEntryId()
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw new BatchEntryIdsNotDistinct()
  const size = entries.reduce((sum, entry) => sum + sizeOfDraft(draftOf(entry)), 0)
  if (size > LARGEST_MESSAGE_BYTES) throw new BatchRequestTooLong()
}
