import { z } from 'zod'
import { type Operation, shape, wireList } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { describeTopicPolicy } from '../delivery-policy.ts'
import { arnOf } from '../names.ts'
import { pageOf } from '../paging.ts'
import type { Subscription } from '../subscription.ts'
import { refusedAttribute, type Topic } from '../topic.ts'
import { anywhere, type Context, notHere, on, snsOperation, textMap, wireMap } from './shapes.ts'

const tag = shape({ Key: z.string(), Value: z.string() })

/** Topics and what they are set to. */
export function topicOperations(context: Context): readonly Operation[] {
  const { home, topics, subscriptions, world } = context
  return [
    snsOperation(context, {
      name: 'CreateTopic',
      input: shape({
        Name: z.string(),
        Attributes: textMap().optional(),
        Tags: wireList(tag).optional(),
        DataProtectionPolicy: notHere('a data protection policy'),
      }),
      authorize: ({ Name }) => on(context, 'CreateTopic', arnOf(home, Name)),
      run({ Name, Attributes = {}, Tags = [] }) {
        refuse(Object.keys(Attributes))
        const isNew = topics.find(arnOf(home, Name)) === undefined
        const topic = topics.create(Name, Attributes, Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])))
        if (isNew) {
          world.journal.write({
            kind: 'sns.topicCreated',
            message: `the topic ${Name} was made`,
            details: { arn: topic.arn },
          })
        }
        return { TopicArn: topic.arn }
      },
    }),
    snsOperation(context, {
      name: 'DeleteTopic',
      input: shape({ TopicArn: z.string() }),
      authorize: ({ TopicArn }) => on(context, 'DeleteTopic', TopicArn),
      run({ TopicArn }) {
        const topic = topics.find(TopicArn)
        topics.delete(TopicArn)
        if (!topic) return
        const message = `the topic ${topic.name} was deleted with its subscriptions`
        world.journal.write({ kind: 'sns.topicDeleted', message, details: { arn: TopicArn } })
      },
    }),
    snsOperation(context, {
      name: 'ListTopics',
      input: shape({ NextToken: z.string().optional() }),
      authorize: () => anywhere('ListTopics'),
      run({ NextToken }) {
        const { items, next } = pageOf(topics.list(), NextToken)
        return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next }
      },
    }),
    snsOperation(context, {
      name: 'GetTopicAttributes',
      input: shape({ TopicArn: z.string() }),
      authorize: ({ TopicArn }) => on(context, 'GetTopicAttributes', TopicArn),
      run({ TopicArn }) {
        const topic = topics.get(TopicArn)
        return { Attributes: wireMap(describe(topic, home.account, subscriptions.of(topic.arn))) }
      },
    }),
    snsOperation(context, {
      name: 'SetTopicAttributes',
      input: shape({ TopicArn: z.string(), AttributeName: z.string(), AttributeValue: z.string().default('') }),
      authorize: ({ TopicArn }) => on(context, 'SetTopicAttributes', TopicArn),
      run({ TopicArn, AttributeName, AttributeValue }) {
        refuse([AttributeName])
        topics.setAttributes(topics.get(TopicArn), { [AttributeName]: AttributeValue })
      },
    }),
  ]
}

/** @throws NotEmulated */
function refuse(names: readonly string[]): void {
  for (const name of names) {
    const because = refusedAttribute(name)
    if (because !== undefined) throw new NotEmulated(`the attribute ${name} of topics`, because)
  }
}

/** @see Amazon SNS API Reference, "GetTopicAttributes" */
function describe(
  topic: Topic,
  owner: string,
  subscriptions: readonly Subscription[],
): Readonly<Record<string, string | undefined>> {
  const { attributes, subscriptionsDeleted } = topic.kept
  const pending = subscriptions.filter(({ kept }) => kept.pending).length
  return {
    TopicArn: topic.arn,
    Owner: owner,
    Policy: topic.policyText,
    DisplayName: topic.displayName,
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: String(subscriptionsDeleted),
    DeliveryPolicy: topic.deliveryPolicy,
    EffectiveDeliveryPolicy: describeTopicPolicy(topic.deliveryPolicy),
    KmsMasterKeyId: topic.kmsKeyId,
    SignatureVersion: attributes.SignatureVersion,
    TracingConfig: attributes.TracingConfig,
    ...(topic.fifo
      ? {
          FifoTopic: 'true',
          ContentBasedDeduplication: String(topic.contentBasedDeduplication),
          FifoThroughputScope: attributes.FifoThroughputScope ?? 'Topic',
        }
      : {}),
  }
}
