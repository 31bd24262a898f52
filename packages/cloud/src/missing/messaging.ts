import { nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

/** Protocols of subscriptions that lead to nothing on this machine. */
const ELSEWHERE = new Set(['application', 'firehose', 'sms'])

/** Subscriptions of topics. */
export const MESSAGING: readonly MissingFeature[] = [
  {
    properties: ['AWS::SNS::Subscription Protocol', 'AWS::SNS::Topic Subscription[].Protocol'],
    partly: true,
    askedFor: architecture =>
      [
        ...nodesOf(architecture, 'subscription'),
        ...nodesOf(architecture, 'topic').flatMap(({ arn, subscriptions }) =>
          subscriptions.map(subscription => ({ ...subscription, topicArn: arn })),
        ),
      ]
        .filter(({ protocol }) => ELSEWHERE.has(protocol))
        .map(({ protocol, endpoint, topicArn }) => `the subscription of ${endpoint} by ${protocol} to ${topicArn}`),
    consequence: 'it gets nothing of its topic',
  },
]
