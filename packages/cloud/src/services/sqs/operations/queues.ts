import { z } from 'zod'
import { type Operation, shape } from '../../../gateway/api.ts'
import { QueueDoesNotExist } from '../errors.ts'
import { arnOf } from '../names.ts'
import { pageOf } from '../paging.ts'
import { Answer } from '../query-form.ts'
import { checkTags } from '../tags.ts'
import { type Context, on, optionalInteger, queueUrl, sqsOperation, textMap } from './shapes.ts'

/** Making, finding, emptying and deleting queues. */
export function queueOperations(context: Context): readonly Operation[] {
  const { home, queues } = context
  const named = (action: string, name: string) => ({
    action: `sqs:${action}`,
    resource: arnOf(home, name),
    resourcePolicy: queues.find(name)?.policy,
  })
  return [
    sqsOperation({
      name: 'CreateQueue',
      // JSON's own name of the tags begins with a small letter; the Query protocol's is the other one.
      input: shape({
        QueueName: z.string().min(1),
        Attributes: textMap().optional(),
        tags: textMap().optional(),
        Tags: textMap().optional(),
      }),
      authorize: ({ QueueName, tags, Tags }) => [
        named('CreateQueue', QueueName),
        ...(tags || Tags ? [named('TagQueue', QueueName)] : []),
      ],
      run({ QueueName, Attributes = {}, tags, Tags }) {
        const all = { ...tags, ...Tags }
        checkTags(all)
        return new Answer({ QueueUrl: queues.create(QueueName, Attributes, all).url })
      },
    }),
    sqsOperation({
      name: 'DeleteQueue',
      input: shape({ QueueUrl: queueUrl }),
      authorize: ({ QueueUrl }) => on(context, 'DeleteQueue', QueueUrl),
      run({ QueueUrl }) {
        queues.delete(queues.byUrl(QueueUrl))
      },
    }),
    sqsOperation({
      name: 'GetQueueUrl',
      input: shape({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() }),
      authorize: ({ QueueName }) => named('GetQueueUrl', QueueName),
      run({ QueueName, QueueOwnerAWSAccountId = home.account }) {
        const found = QueueOwnerAWSAccountId === home.account ? queues.find(QueueName) : undefined
        if (!found) throw new QueueDoesNotExist()
        return new Answer({ QueueUrl: found.url })
      },
    }),
    sqsOperation({
      name: 'ListQueues',
      input: shape({
        QueueNamePrefix: z.string().optional(),
        MaxResults: optionalInteger(),
        NextToken: z.string().optional(),
      }),
      authorize: () => ({ action: 'sqs:ListQueues', resource: '*' }),
      run({ QueueNamePrefix = '', MaxResults, NextToken }) {
        const found = queues.list().filter(({ name }) => name.startsWith(QueueNamePrefix))
        const { items, next } = pageOf(found, MaxResults, NextToken)
        // AWS leaves the list out when there is nothing in it.
        return new Answer({ QueueUrls: items.length > 0 ? items.map(({ url }) => url) : undefined, NextToken: next })
      },
    }),
    sqsOperation({
      name: 'ListDeadLetterSourceQueues',
      input: shape({ QueueUrl: queueUrl, MaxResults: optionalInteger(), NextToken: z.string().optional() }),
      authorize: ({ QueueUrl }) => on(context, 'ListDeadLetterSourceQueues', QueueUrl),
      run({ QueueUrl, MaxResults, NextToken }) {
        const { items, next } = pageOf(queues.sourcesOf(queues.byUrl(QueueUrl).arn), MaxResults, NextToken)
        return new Answer({ queueUrls: items.map(({ url }) => url), NextToken: next })
      },
    }),
    sqsOperation({
      name: 'PurgeQueue',
      input: shape({ QueueUrl: queueUrl }),
      authorize: ({ QueueUrl }) => on(context, 'PurgeQueue', QueueUrl),
      run({ QueueUrl }) {
        queues.purge(queues.byUrl(QueueUrl))
      },
    }),
  ]
}
