import { readPolicy } from '../../identity/read-policy.ts'
import { InvalidAttributeName, InvalidAttributeValue } from './errors.ts'
import {
  LARGEST_MESSAGE_BYTES,
  LONGEST_DELAY_SECONDS,
  LONGEST_RETENTION_SECONDS,
  LONGEST_VISIBILITY_SECONDS,
  LONGEST_WAIT_SECONDS,
  SHORTEST_RETENTION_SECONDS,
  SMALLEST_MAXIMUM_MESSAGE_BYTES,
} from './limits.ts'
import { readRedriveAllowPolicy, readRedrivePolicy } from './redrive.ts'

/** Attributes of a queue by AWS's names, as text: as callers send and get them. */
export type QueueAttributes = Readonly<Record<string, string>>

/**
 * What a new queue has. @see Amazon SQS API Reference, "CreateQueue"
 */
const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: String(LARGEST_MESSAGE_BYTES),
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
}

const FIFO_DEFAULTS: QueueAttributes = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoQueue: 'true',
  FifoThroughputLimit: 'perQueue',
}

type Check = (value: string) => boolean

const between =
  (least: number, most: number): Check =>
  value =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most

const oneOf =
  (...allowed: readonly string[]): Check =>
  value =>
    allowed.includes(value)

/** Attributes that may be set, for every queue. */
const CHECKS: Readonly<Record<string, Check>> = {
  DelaySeconds: between(0, LONGEST_DELAY_SECONDS),
  MaximumMessageSize: between(SMALLEST_MAXIMUM_MESSAGE_BYTES, LARGEST_MESSAGE_BYTES),
  MessageRetentionPeriod: between(SHORTEST_RETENTION_SECONDS, LONGEST_RETENTION_SECONDS),
  ReceiveMessageWaitTimeSeconds: between(0, LONGEST_WAIT_SECONDS),
  VisibilityTimeout: between(0, LONGEST_VISIBILITY_SECONDS),
  Policy: value => value === '' || readPolicy(value) !== undefined,
  RedrivePolicy: value => value === '' || readRedrivePolicy(value) !== undefined,
  RedriveAllowPolicy: value => value === '' || readRedriveAllowPolicy(value) !== undefined,
  KmsMasterKeyId: () => true,
  KmsDataKeyReusePeriodSeconds: between(60, 86_400),
  SqsManagedSseEnabled: oneOf('true', 'false'),
}

/** Attributes that only FIFO queues have. */
const FIFO_CHECKS: Readonly<Record<string, Check>> = {
  // A standard queue that says so is refused: AWS takes nothing but the one value that makes another kind of queue.
  FifoQueue: oneOf('true'),
  ContentBasedDeduplication: oneOf('true', 'false'),
  DeduplicationScope: oneOf('messageGroup', 'queue'),
  FifoThroughputLimit: oneOf('perQueue', 'perMessageGroupId'),
}

/** Attributes that AWS makes; a caller may read them. */
export const COMPUTED = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
]

/** Attributes that a queue goes back to when it is given no value. */
const CLEARABLE = ['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy']

/** @throws InvalidAttributeName when there is none of that name, whatever queue asks */
export function checkAttributeName(name: string): void {
  const known =
    name === 'All' || COMPUTED.includes(name) || Object.hasOwn(CHECKS, name) || Object.hasOwn(FIFO_CHECKS, name)
  if (!known) throw new InvalidAttributeName(name)
}

/**
 * What a queue has after some of its attributes were set.
 *
 * @param before  absent: it is being created
 * @throws InvalidAttributeName, InvalidAttributeValue
 */
export function withAttributes(given: QueueAttributes, fifo: boolean, before?: QueueAttributes): QueueAttributes {
  for (const [name, value] of Object.entries(given)) checkAttribute(name, value, fifo, before)
  const base = before ?? { ...DEFAULTS, ...(fifo ? FIFO_DEFAULTS : {}) }
  const merged: Record<string, string> = { ...base, ...given }
  for (const name of CLEARABLE) if (merged[name] === '') delete merged[name]
  // One way of encryption rules out the other.
  if (given.KmsMasterKeyId) merged.SqsManagedSseEnabled = 'false'
  else if (given.SqsManagedSseEnabled === 'true') delete merged.KmsMasterKeyId
  if (merged.FifoThroughputLimit === 'perMessageGroupId' && merged.DeduplicationScope !== 'messageGroup') {
    throw new InvalidAttributeValue('FifoThroughputLimit')
  }
  return merged
}

function checkAttribute(name: string, value: string, fifo: boolean, before: QueueAttributes | undefined): void {
  const checks = fifo ? { ...CHECKS, ...FIFO_CHECKS } : CHECKS
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined
  if (!check || (name === 'FifoQueue' && before && before.FifoQueue !== value)) throw new InvalidAttributeName(name)
  if (!check(value)) throw new InvalidAttributeValue(name)
}
