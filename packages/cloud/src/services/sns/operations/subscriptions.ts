import { z } from 'zod'
import { type Operation, shape, wireBoolean } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { describeSubscriptionPolicy, effectivePolicy } from '../delivery-policy.ts'
import { type Page, pageOf } from '../paging.ts'
import type { Subscription } from '../subscription.ts'
import { anywhere, type Context, on, snsOperation, textMap, wireMap } from './shapes.ts'

/** Who is told by which topic. */
export function subscriptionOperations(context: Context): readonly Operation[] {
  const { home, topics, subscriptions, publisher, world } = context
  const described = ({ items, next }: Page<Subscription>) => ({
    Subscriptions: items.map(({ arn, kept }) => ({
      SubscriptionArn: kept.pending ? 'PendingConfirmation' : arn,
      Owner: home.account,
      Protocol: kept.protocol,
      Endpoint: kept.endpoint,
      TopicArn: kept.topicArn,
    })),
    NextToken: next,
  })
  return [
    snsOperation(context, {
      name: 'Subscribe',
      input: shape({
        TopicArn: z.string(),
        Protocol: z.string(),
        Endpoint: z.string().default(''),
        Attributes: textMap().optional(),
        ReturnSubscriptionArn: wireBoolean().default(false),
      }),
      authorize: ({ TopicArn, Protocol, Endpoint }) =>
        on(context, 'Subscribe', TopicArn, { 'sns:Protocol': Protocol, 'sns:Endpoint': Endpoint }),
      run({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }) {
        const topic = topics.get(TopicArn)
        refuse(Object.keys(Attributes))
        const wish = { topic, protocol: Protocol, endpoint: Endpoint, attributes: Attributes }
        const { subscription, asks } = subscriptions.subscribe(wish)
        if (asks) publisher.ask(topic, subscription)
        const isHidden = subscription.kept.pending && !ReturnSubscriptionArn
        return { SubscriptionArn: isHidden ? 'pending confirmation' : subscription.arn }
      },
    }),
    snsOperation(context, {
      name: 'ConfirmSubscription',
      input: shape({
        TopicArn: z.string(),
        Token: z.string(),
        AuthenticateOnUnsubscribe: z.string().optional(),
      }),
      authorize: ({ TopicArn }) => on(context, 'ConfirmSubscription', TopicArn),
      run({ TopicArn, Token, AuthenticateOnUnsubscribe }) {
        const topic = topics.get(TopicArn)
        const by = { isSigned: true, authenticateOnUnsubscribe: AuthenticateOnUnsubscribe === 'true' }
        const { arn, kept } = subscriptions.confirm(topic.arn, Token, by)
        const message = `the subscription of ${kept.endpoint} to ${topic.name} was confirmed`
        world.journal.write({ kind: 'sns.confirmed', message, details: { subscription: arn } })
        return { SubscriptionArn: arn }
      },
    }),
    snsOperation(context, {
      name: 'Unsubscribe',
      input: shape({ SubscriptionArn: z.string() }),
      authorize: () => anywhere('Unsubscribe'),
      run({ SubscriptionArn }) {
        const ended = subscriptions.unsubscribe(SubscriptionArn, { isSigned: true })
        if (ended) publisher.sayFarewell(ended, { isSigned: true })
      },
    }),
    snsOperation(context, {
      name: 'GetSubscriptionAttributes',
      input: shape({ SubscriptionArn: z.string() }),
      authorize: () => anywhere('GetSubscriptionAttributes'),
      run({ SubscriptionArn }) {
        const subscription = subscriptions.get(SubscriptionArn)
        const topicPolicy = topics.find(subscription.kept.topicArn)?.deliveryPolicy
        return { Attributes: wireMap(describe(subscription, home.account, topicPolicy)) }
      },
    }),
    snsOperation(context, {
      name: 'SetSubscriptionAttributes',
      input: shape({ SubscriptionArn: z.string(), AttributeName: z.string(), AttributeValue: z.string().default('') }),
      authorize: () => anywhere('SetSubscriptionAttributes'),
      run({ SubscriptionArn, AttributeName, AttributeValue }) {
        refuse([AttributeName])
        subscriptions.setAttributes(subscriptions.get(SubscriptionArn), { [AttributeName]: AttributeValue })
      },
    }),
    snsOperation(context, {
      name: 'ListSubscriptions',
      input: shape({ NextToken: z.string().optional() }),
      authorize: () => anywhere('ListSubscriptions'),
      run: ({ NextToken }) => described(pageOf(subscriptions.list(), NextToken)),
    }),
    snsOperation(context, {
      name: 'ListSubscriptionsByTopic',
      input: shape({ TopicArn: z.string(), NextToken: z.string().optional() }),
      authorize: ({ TopicArn }) => on(context, 'ListSubscriptionsByTopic', TopicArn),
      run: ({ TopicArn, NextToken }) => described(pageOf(subscriptions.of(topics.get(TopicArn).arn), NextToken)),
    }),
  ]
}

/** @throws NotEmulated */
function refuse(names: readonly string[]): void {
  if (!names.includes('ReplayPolicy')) return
  throw new NotEmulated('the attribute ReplayPolicy of subscriptions', 'messages are not archived')
}

/** @see Amazon SNS API Reference, "GetSubscriptionAttributes" */
function describe(
  { arn, kept, raw, filter }: Subscription,
  owner: string,
  topicPolicy: string | undefined,
): Readonly<Record<string, string | undefined>> {
  const { FilterPolicy, RedrivePolicy, DeliveryPolicy } = kept.attributes
  const isHttp = kept.protocol === 'http' || kept.protocol === 'https'
  return {
    SubscriptionArn: arn,
    TopicArn: kept.topicArn,
    Protocol: kept.protocol,
    Endpoint: kept.endpoint,
    Owner: owner,
    SubscriptionPrincipal: `arn:aws:iam::${owner}:root`,
    PendingConfirmation: String(kept.pending !== undefined),
    ConfirmationWasAuthenticated: String(kept.wasAuthenticated),
    RawMessageDelivery: String(raw),
    FilterPolicy,
    FilterPolicyScope: filter?.scope,
    RedrivePolicy,
    DeliveryPolicy,
    EffectiveDeliveryPolicy: isHttp
      ? describeSubscriptionPolicy(effectivePolicy(topicPolicy, DeliveryPolicy))
      : undefined,
  }
}
