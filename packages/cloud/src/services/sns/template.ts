import { TerraceError } from '@terrace/kit'
import { nodesOf, type Origin, type Subscription as SubscriptionNode, type Topic as TopicNode } from '@terrace/model'
import { AwsError, NotEmulated } from '../../gateway/errors.ts'
import type { World } from '../../world.ts'
import type { Publisher } from './publisher.ts'
import type { SubscriptionAttributes } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { TopicAttributes } from './topic.ts'
import type { Topics } from './topics.ts'

interface Parts {
  readonly world: Pick<World, 'architecture' | 'journal'>
  readonly topics: Topics
  readonly subscriptions: Subscriptions
  readonly publisher: Publisher
}

/** One subscription that the template asks for. */
interface Declared {
  readonly arn: string
  readonly topicArn: string
  readonly protocol: string
  readonly endpoint: string
  readonly attributes: SubscriptionAttributes
  readonly origin: Origin
}

/**
 * Makes the topics and subscriptions of the template, sets those that are there to what it says now, and takes away what it
 * no longer has. Whom it subscribes by mail or HTTP is asked to confirm, once.
 *
 * @throws TerraceError SNS_TEMPLATE when AWS would refuse one of them
 */
export function bringUpTemplate(parts: Parts): void {
  const { world, topics, subscriptions } = parts
  const nodes = nodesOf(world.architecture, 'topic')
  const declared = [...nodes.flatMap(inlineOf), ...nodesOf(world.architecture, 'subscription').map(declaredOf)]
  for (const { arn, kept } of subscriptions.list()) {
    if (kept.isOfTemplate && !declared.some(each => isSame(each, kept))) subscriptions.remove(arn)
  }
  const ours = new Set(nodes.map(({ arn }) => arn))
  for (const { arn, kept } of topics.list()) if (kept.node !== undefined && !ours.has(arn)) topics.delete(arn)
  for (const node of nodes) blamed(`the topic ${node.name}`, node.origin, () => bringUpTopic(topics, node))
  for (const each of declared) {
    blamed(`the subscription of ${each.endpoint}`, each.origin, () => subscribe(parts, each))
  }
}

type Identity = Pick<Declared, 'topicArn' | 'protocol' | 'endpoint'>

const isSame = (a: Identity, b: Identity): boolean =>
  a.topicArn === b.topicArn && a.protocol === b.protocol && a.endpoint === b.endpoint

function bringUpTopic(topics: Topics, node: TopicNode): void {
  const attributes = attributesOf(node)
  const there = topics.find(node.arn)
  if (there) {
    const { FifoTopic: _, ...changeable } = attributes
    topics.setAttributes(there, { ...UNSET, ...(node.fifo ? UNSET_FIFO : {}), ...changeable })
  } else topics.create(node.name, attributes, node.tags)
  topics.setTags(topics.get(node.arn), node.tags)
  topics.setNode(topics.get(node.arn), node.id)
}

/** What the template doesn't say is as AWS begins. */
const UNSET: TopicAttributes = { DisplayName: '', KmsMasterKeyId: '', Policy: '', DeliveryPolicy: '' }
const UNSET_FIFO: TopicAttributes = { ContentBasedDeduplication: '', FifoThroughputScope: '' }

const attributesOf = ({ displayName, fifo, kmsKeyId, signatureVersion, policy }: TopicNode): TopicAttributes => ({
  SignatureVersion: signatureVersion,
  ...(displayName === undefined ? {} : { DisplayName: displayName }),
  ...(kmsKeyId === undefined ? {} : { KmsMasterKeyId: kmsKeyId }),
  ...(policy ? { Policy: JSON.stringify(policy) } : {}),
  ...(fifo && {
    FifoTopic: 'true',
    ContentBasedDeduplication: String(fifo.contentBasedDeduplication),
    FifoThroughputScope: fifo.throughputScope,
  }),
})

/** Without attributes, and with an ARN that depends on what it is. */
const inlineOf = ({ arn, origin, subscriptions }: TopicNode): readonly Declared[] =>
  subscriptions.map(({ protocol, endpoint }) => ({
    arn: '',
    topicArn: arn,
    protocol,
    endpoint,
    attributes: {},
    origin,
  }))

function declaredOf(node: SubscriptionNode): Declared {
  const { arn, topicArn, protocol, endpoint, origin } = node
  const { rawDelivery, filterPolicy, filterPolicyScope, deadLetterArn, deliveryPolicy } = node
  const attributes = {
    ...(rawDelivery ? { RawMessageDelivery: 'true' } : {}),
    ...(filterPolicy === undefined
      ? {}
      : { FilterPolicy: JSON.stringify(filterPolicy), FilterPolicyScope: filterPolicyScope }),
    ...(deadLetterArn === undefined ? {} : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn }) }),
    ...(deliveryPolicy === undefined ? {} : { DeliveryPolicy: JSON.stringify(deliveryPolicy) }),
  }
  return { arn, topicArn, protocol, endpoint, attributes, origin }
}

function subscribe({ world, topics, subscriptions, publisher }: Parts, declared: Declared): void {
  const { arn, topicArn, attributes } = declared
  const topic = topics.get(topicArn)
  const there = subscriptions.of(topicArn).find(({ kept }) => isSame(declared, kept))
  if (there) return subscriptions.replaceAttributes(there, attributes)
  try {
    const wish = { topic, ...declared, arn: arn || `${topicArn}:${subscriptions.newId()}` }
    const { subscription, asks } = subscriptions.subscribe(wish)
    if (asks) publisher.ask(topic, subscription)
  } catch (error) {
    if (!(error instanceof NotEmulated)) throw error
    world.journal.write({
      kind: 'sns.notSubscribed',
      message: `${declared.endpoint} gets nothing of ${topic.name}: ${error.message}`,
      details: { topic: topicArn, protocol: declared.protocol },
    })
  }
}

function blamed(what: string, { logicalId, place }: Origin, make: () => void): void {
  try {
    make()
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('SNS_TEMPLATE', `${what} can't be made: ${cause.message}`, {
      hint: `change ${logicalId} in the template`,
      place,
      cause,
    })
  }
}
