import type { PolicyDocument } from './data.ts'
import type { BaseNode } from './node.ts'

/** `AWS::SNS::Topic`, with the document of its `AWS::SNS::TopicPolicy`. */
export interface Topic extends BaseNode<'topic'> {
  readonly name: string
  readonly arn: string
  /** Who mails are from, and what they begin with. */
  readonly displayName?: string
  /** Absent: a standard topic. */
  readonly fifo?: {
    readonly contentBasedDeduplication: boolean
    /** Where one message is the same as another: in the whole topic, or in its group. */
    readonly throughputScope: 'Topic' | 'MessageGroup'
  }
  /** The key of KMS that whoever publishes has to be allowed to use. */
  readonly kmsKeyId?: string
  /** How notifications are signed: `1` by SHA-1, `2` by SHA-256. */
  readonly signatureVersion: '1' | '2'
  /** Those in the topic's own properties. */
  readonly subscriptions: readonly { readonly protocol: string; readonly endpoint: string }[]
  /** Absent: whatever AWS gives a new topic. */
  readonly policy?: PolicyDocument
}

/** `AWS::SNS::Subscription`. */
export interface Subscription extends BaseNode<'subscription'> {
  readonly arn: string
  readonly topicArn: string
  /** `sqs`, `lambda`, `https`, `email`… */
  readonly protocol: string
  readonly endpoint: string
  /** The message itself is delivered, without anything around it. */
  readonly rawDelivery: boolean
  /** What has to be in a message for it to be delivered, as it is written. */
  readonly filterPolicy?: unknown
  readonly filterPolicyScope: 'MessageAttributes' | 'MessageBody'
  /** The queue that gets what could not be delivered. */
  readonly deadLetterArn?: string
  /** How deliveries over HTTP are tried again, as it is written. */
  readonly deliveryPolicy?: unknown
}
