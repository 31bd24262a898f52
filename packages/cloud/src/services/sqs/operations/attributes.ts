import { z } from 'zod'
import { type Operation, shape, wireList } from '../../../gateway/api.ts'
import { checkAttributeName } from '../attributes.ts'
import { addPermission, removePermission } from '../permissions.ts'
import { Answer } from '../query-form.ts'
import { checkTags } from '../tags.ts'
import { type Context, on, queueUrl, sqsOperation, textMap, texts } from './shapes.ts'

/** What a queue is set to: attributes, policy, tags. */
export function attributeOperations(context: Context): readonly Operation[] {
  const { queues } = context
  return [
    sqsOperation({
      name: 'GetQueueAttributes',
      input: shape({ QueueUrl: queueUrl, AttributeNames: texts() }),
      authorize: ({ QueueUrl }) => on(context, 'GetQueueAttributes', QueueUrl),
      run({ QueueUrl, AttributeNames = [] }) {
        const queue = queues.byUrl(QueueUrl)
        for (const name of AttributeNames) checkAttributeName(name)
        const attributes = queue.describe(AttributeNames)
        return new Answer({ Attributes: Object.keys(attributes).length > 0 ? attributes : undefined })
      },
    }),
    sqsOperation({
      name: 'SetQueueAttributes',
      input: shape({ QueueUrl: queueUrl, Attributes: textMap() }),
      authorize: ({ QueueUrl }) => on(context, 'SetQueueAttributes', QueueUrl),
      run({ QueueUrl, Attributes }) {
        queues.setAttributes(queues.byUrl(QueueUrl), Attributes)
      },
    }),
    sqsOperation({
      name: 'AddPermission',
      input: shape({
        QueueUrl: queueUrl,
        Label: z.string(),
        AWSAccountIds: wireList(z.string()),
        Actions: wireList(z.string()),
      }),
      authorize: ({ QueueUrl }) => on(context, 'AddPermission', QueueUrl),
      run({ QueueUrl, Label, AWSAccountIds, Actions }) {
        const queue = queues.byUrl(QueueUrl)
        const permission = { label: Label, accounts: AWSAccountIds, actions: Actions }
        queue.setAttributes({ Policy: addPermission(queue.attributes.Policy, queue.arn, permission) })
      },
    }),
    sqsOperation({
      name: 'RemovePermission',
      input: shape({ QueueUrl: queueUrl, Label: z.string() }),
      authorize: ({ QueueUrl }) => on(context, 'RemovePermission', QueueUrl),
      run({ QueueUrl, Label }) {
        const queue = queues.byUrl(QueueUrl)
        queue.setAttributes({ Policy: removePermission(queue.attributes.Policy, Label) })
      },
    }),
    sqsOperation({
      name: 'TagQueue',
      input: shape({ QueueUrl: queueUrl, Tags: textMap() }),
      authorize: ({ QueueUrl }) => on(context, 'TagQueue', QueueUrl),
      run({ QueueUrl, Tags }) {
        const queue = queues.byUrl(QueueUrl)
        const tags = { ...queue.tags, ...Tags }
        checkTags(tags)
        queue.setTags(tags)
      },
    }),
    sqsOperation({
      name: 'UntagQueue',
      input: shape({ QueueUrl: queueUrl, TagKeys: wireList(z.string()) }),
      authorize: ({ QueueUrl }) => on(context, 'UntagQueue', QueueUrl),
      run({ QueueUrl, TagKeys }) {
        const queue = queues.byUrl(QueueUrl)
        queue.setTags(Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key))))
      },
    }),
    sqsOperation({
      name: 'ListQueueTags',
      input: shape({ QueueUrl: queueUrl }),
      authorize: ({ QueueUrl }) => on(context, 'ListQueueTags', QueueUrl),
      run({ QueueUrl }) {
        const { tags } = queues.byUrl(QueueUrl)
        return new Answer({ Tags: Object.keys(tags).length > 0 ? tags : undefined })
      },
    }),
  ]
}
