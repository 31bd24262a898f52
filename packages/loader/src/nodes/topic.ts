import type { Subscription, Topic } from '@terrace/model'
import { type BuildContext, type BuilderTable, fold, node } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'

/** Topics of SNS with their policies and subscriptions. */
export const topic: BuilderTable = {
  'AWS::SNS::Topic': node((context): Topic => {
    const { properties } = context
    properties.readElsewhere('TopicName')
    properties.withoutEffect({ TracingConfig: 'there are no traces of notifications here' })
    notHere(context, properties, {
      ArchivePolicy: 'messages are not archived',
      DataProtectionPolicy: 'messages are not searched for personal data, and all of them are let through',
      DeliveryStatusLogging: 'deliveries are not logged; the metrics and the journal tell of them',
    })
    const displayName = properties.text('DisplayName')
    const kmsKeyId = properties.text('KmsMasterKeyId')
    return {
      ...context.base('topic'),
      name: context.attribute('TopicName'),
      arn: context.attribute('TopicArn'),
      ...(displayName === undefined ? {} : { displayName }),
      ...fifo(properties),
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      signatureVersion: properties.oneOf('SignatureVersion', ['1', '2']) ?? '1',
      subscriptions: properties.objects('Subscription').map(each => ({
        protocol: each.requiredText('Protocol'),
        endpoint: each.requiredText('Endpoint'),
      })),
    }
  }),
  'AWS::SNS::Subscription': node((context): Subscription => {
    const { properties } = context
    properties.withoutEffect({
      Region: 'there is one region here',
      SubscriptionRoleArn: 'Firehose alone needs it, which is refused',
    })
    notHere(context, properties, { ReplayPolicy: 'messages are not archived, so that none are sent again' })
    const deadLetterArn = properties.object('RedrivePolicy')?.requiredText('deadLetterTargetArn')
    const filterPolicy = properties.plain('FilterPolicy')
    const deliveryPolicy = properties.plain('DeliveryPolicy')
    return {
      ...context.base('subscription'),
      arn: context.attribute('Arn'),
      topicArn: properties.requiredText('TopicArn'),
      protocol: properties.requiredText('Protocol'),
      endpoint: properties.requiredText('Endpoint'),
      rawDelivery: properties.boolean('RawMessageDelivery') ?? false,
      ...(filterPolicy === undefined ? {} : { filterPolicy }),
      filterPolicyScope:
        properties.oneOf('FilterPolicyScope', ['MessageAttributes', 'MessageBody']) ?? 'MessageAttributes',
      ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
      ...(deliveryPolicy === undefined ? {} : { deliveryPolicy }),
    }
  }),
  'AWS::SNS::TopicPolicy': fold(context => {
    const { properties } = context
    const policy = policyDocumentOf(properties, 'PolicyDocument')
    for (const id of context.findAll(properties, 'Topics', 'topic')) {
      context.update(id, 'topic', old => ({ ...old, policy }))
    }
  }),
}

function fifo(properties: PropertyReader): Pick<Topic, 'fifo'> {
  const isFifo = properties.boolean('FifoTopic') ?? false
  const settings = {
    contentBasedDeduplication: properties.boolean('ContentBasedDeduplication') ?? false,
    throughputScope: properties.oneOf('FifoThroughputScope', ['Topic', 'MessageGroup']) ?? 'Topic',
  } as const
  return isFifo ? { fifo: settings } : {}
}

/** What a topic can have and the local cloud doesn't carry out: property → what is otherwise. */
function notHere(context: BuildContext, properties: PropertyReader, otherwise: Readonly<Record<string, string>>): void {
  for (const [key, message] of Object.entries(otherwise)) {
    if (properties.has(key)) {
      context.gap('property', properties.pathOf(key), properties.placeOf(key).line, message)
    }
    properties.listed(message, key)
  }
}
