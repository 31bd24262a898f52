import type { Metrics } from '../../metrics/metrics.ts'
import { nameOf } from './names.ts'

/** What SNS tells CloudWatch of a topic. Amazon SNS Developer Guide, "Monitoring Amazon SNS topics using CloudWatch" */
export type TopicMetric =
  | 'NumberOfMessagesPublished'
  | 'NumberOfNotificationsDelivered'
  | 'NumberOfNotificationsFailed'
  | `NumberOfNotificationsFilteredOut${'' | `-${string}`}`
  | 'NumberOfNotificationsRedrivenToDlq'
  | 'NumberOfNotificationsFailedToRedriveToDlq'
  | 'PublishSize'

/** Puts one value. */
export function measure(metrics: Metrics, topicArn: string, name: TopicMetric, value = 1): void {
  metrics.put({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: nameOf(topicArn) },
    value,
    unit: name === 'PublishSize' ? 'Bytes' : 'Count',
  })
}
