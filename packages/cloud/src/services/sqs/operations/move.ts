import { z } from 'zod'
import { type Operation, shape } from '../../../gateway/api.ts'
import { InvalidParameterValue, ResourceNotFound } from '../errors.ts'
import { FASTEST_MOVE, MOST_TASKS_LISTED } from '../limits.ts'
import type { MoveTask, MoveTasks } from '../move-tasks.ts'
import { Answer } from '../query-form.ts'
import { type Context, onArn, optionalInteger, sqsOperation } from './shapes.ts'

/** Bringing dead letters back. */
export function moveOperations(context: Context, tasks: MoveTasks): readonly Operation[] {
  const { queues } = context
  return [
    sqsOperation({
      name: 'StartMessageMoveTask',
      input: shape({
        SourceArn: z.string(),
        DestinationArn: z.string().optional(),
        MaxNumberOfMessagesPerSecond: optionalInteger(),
      }),
      // Who starts it must be allowed what it does. SQS Developer Guide, "Configure queue permissions for dead-letter queue redrive"
      authorize({ SourceArn, DestinationArn }) {
        const destinations =
          DestinationArn === undefined ? queues.sourcesOf(SourceArn).map(({ arn }) => arn) : [DestinationArn]
        return [
          ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(action =>
            onArn(context, action, SourceArn),
          ),
          ...destinations.map(arn => onArn(context, 'SendMessage', arn)),
        ]
      },
      run({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }) {
        if (perSecond !== undefined && (perSecond < 1 || perSecond > FASTEST_MOVE)) {
          const reason = `You must enter a value between 1 and ${FASTEST_MOVE}.`
          throw InvalidParameterValue.of(perSecond, 'MaxNumberOfMessagesPerSecond', reason)
        }
        return new Answer({ TaskHandle: tasks.start(SourceArn, DestinationArn, perSecond).handle })
      },
    }),
    sqsOperation({
      name: 'ListMessageMoveTasks',
      input: shape({ SourceArn: z.string(), MaxResults: optionalInteger() }),
      authorize: ({ SourceArn }) => onArn(context, 'ListMessageMoveTasks', SourceArn),
      run({ SourceArn, MaxResults = 1 }) {
        if (MaxResults < 1 || MaxResults > MOST_TASKS_LISTED) {
          const reason = `Must be between 1 and ${MOST_TASKS_LISTED}, if provided.`
          throw InvalidParameterValue.of(MaxResults, 'MaxResults', reason)
        }
        return new Answer({ Results: tasks.list(SourceArn, MaxResults).map(describe) })
      },
    }),
    sqsOperation({
      name: 'CancelMessageMoveTask',
      input: shape({ TaskHandle: z.string() }),
      authorize({ TaskHandle }) {
        const source = tasks.find(TaskHandle)?.source.arn
        // A handle that nobody was given is of no queue: who may not cancel any is told so before.
        return source === undefined
          ? { action: 'sqs:CancelMessageMoveTask', resource: '*' }
          : onArn(context, 'CancelMessageMoveTask', source)
      },
      run({ TaskHandle }) {
        if (!tasks.find(TaskHandle)) throw new ResourceNotFound('Task does not exist.')
        return new Answer({ ApproximateNumberOfMessagesMoved: tasks.cancel(TaskHandle).moved })
      },
    }),
  ]
}

const describe = (task: MoveTask) => ({
  // Nothing could be done with it any more.
  TaskHandle: task.status === 'RUNNING' ? task.handle : undefined,
  Status: task.status,
  SourceArn: task.source.arn,
  DestinationArn: task.destination?.arn,
  MaxNumberOfMessagesPerSecond: task.perSecond,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  FailureReason: task.failure,
  StartedTimestamp: task.startedAt,
})
