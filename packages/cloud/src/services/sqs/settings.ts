import { type Duration, seconds } from '@terrace/kit'
import type { PolicyDocument } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import type { QueueAttributes } from './attributes.ts'
import { type RedriveAllowPolicy, type RedrivePolicy, readRedriveAllowPolicy, readRedrivePolicy } from './redrive.ts'

/** What the attributes of a queue say. */
export interface QueueSettings {
  readonly fifo: boolean
  readonly delay: Duration
  readonly visibilityTimeout: Duration
  readonly wait: Duration
  readonly retention: Duration
  readonly maximumMessageBytes: number
  readonly contentBasedDeduplication: boolean
  /** A deduplication id counts within its message group alone. */
  readonly deduplicationPerGroup: boolean
  readonly redrive?: RedrivePolicy | undefined
  readonly redriveAllow?: RedriveAllowPolicy | undefined
  readonly policy?: PolicyDocument | undefined
}

/** Of attributes that were checked. */
export function settingsOf(attributes: QueueAttributes): QueueSettings {
  const number = (name: string) => Number(attributes[name])
  const { Policy, RedrivePolicy, RedriveAllowPolicy } = attributes
  return {
    fifo: attributes.FifoQueue === 'true',
    delay: seconds(number('DelaySeconds')),
    visibilityTimeout: seconds(number('VisibilityTimeout')),
    wait: seconds(number('ReceiveMessageWaitTimeSeconds')),
    retention: seconds(number('MessageRetentionPeriod')),
    maximumMessageBytes: number('MaximumMessageSize'),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === 'true',
    deduplicationPerGroup: attributes.DeduplicationScope === 'messageGroup',
    redrive: RedrivePolicy === undefined ? undefined : readRedrivePolicy(RedrivePolicy),
    redriveAllow: RedriveAllowPolicy === undefined ? undefined : readRedriveAllowPolicy(RedriveAllowPolicy),
    policy: Policy === undefined ? undefined : readPolicy(Policy),
  }
}
