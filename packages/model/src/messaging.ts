import type { Duration } from '@terrace/kit'
import type { PolicyDocument } from './data.ts'
import type { BaseNode } from './node.ts'

/** `AWS::SQS::Queue`, with the document of its `AWS::SQS::QueuePolicy`. */
export interface Queue extends BaseNode<'queue'> {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** Absent: a standard queue. */
  readonly fifo?: FifoSettings
  /** Of every message that doesn't say otherwise. */
  readonly delay: Duration
  readonly maximumMessageBytes: number
  readonly retention: Duration
  /** How long a receive that doesn't say otherwise waits for messages. */
  readonly receiveWait: Duration
  readonly visibilityTimeout: Duration
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number }
  /** Absent: every queue of the account may use it for its dead letters. */
  readonly redriveAllow?: {
    readonly permission: 'allowAll' | 'denyAll' | 'byQueue'
    readonly sourceArns: readonly string[]
  }
  /** The key of KMS that encrypts it. */
  readonly kmsKeyId?: string
  readonly policy?: PolicyDocument
}

/** What only a FIFO queue has. */
export interface FifoSettings {
  readonly contentBasedDeduplication: boolean
  readonly deduplicationScope: 'queue' | 'messageGroup'
  readonly throughputLimit: 'perQueue' | 'perMessageGroupId'
}
