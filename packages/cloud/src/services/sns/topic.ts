import type { PolicyDocument } from '@terrace/model'
import type { NamedPolicy } from '../../identity/evaluate.ts'
import { checkTopicPolicy } from './delivery-policy.ts'
import { InvalidParameter } from './errors.ts'
import { LONGEST_DISPLAY_NAME } from './limits.ts'
import { arnOf, type Home } from './names.ts'
import { defaultPolicy, policyOf } from './policy.ts'
import type { KeptTopic } from './store.ts'

/** Attributes of topics by AWS's names. */
export type TopicAttributes = Readonly<Record<string, string>>

/** A topic of the account. */
export class Topic {
  readonly kept: KeptTopic
  readonly arn: string
  readonly #account: string
  #document: PolicyDocument | undefined

  constructor(home: Home, kept: KeptTopic) {
    this.kept = kept
    this.arn = arnOf(home, kept.name)
    this.#account = home.account
  }

  get name(): string {
    return this.kept.name
  }

  get fifo(): boolean {
    return this.kept.attributes.FifoTopic === 'true'
  }

  get contentBasedDeduplication(): boolean {
    return this.kept.attributes.ContentBasedDeduplication === 'true'
  }

  /** One message is the same as another in its group alone. */
  get deduplicatesByGroup(): boolean {
    return this.kept.attributes.FifoThroughputScope === 'MessageGroup'
  }

  get displayName(): string {
    return this.kept.attributes.DisplayName ?? ''
  }

  get signatureVersion(): '1' | '2' {
    return this.kept.attributes.SignatureVersion === '2' ? '2' : '1'
  }

  get kmsKeyId(): string | undefined {
    return this.kept.attributes.KmsMasterKeyId
  }

  get deliveryPolicy(): string | undefined {
    return this.kept.attributes.DeliveryPolicy
  }

  /** As JSON: its own, or the one that every topic begins with. */
  get policyText(): string {
    return this.kept.attributes.Policy ?? defaultPolicy(this.arn, this.#account)
  }

  /** Who may do what with it. */
  get policy(): NamedPolicy {
    this.#document ??= policyOf(this.policyText)
    return { name: `the policy of the topic ${this.name}`, document: this.#document }
  }
}

const FEEDBACK = /^(Application|Firehose|HTTP|Lambda|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)$/

/** What is refused, and why. */
export function refusedAttribute(name: string): string | undefined {
  if (FEEDBACK.test(name)) return 'deliveries are not logged; the metrics and the journal tell of them'
  if (name === 'ArchivePolicy') return 'messages are not archived'
  if (name === 'DataProtectionPolicy') return 'messages are not searched for personal data'
  return undefined
}

/** Those that can be given to a new topic alone. */
const FOR_LIFE: ReadonlySet<string> = new Set(['FifoTopic'])

const FOR_FIFO: ReadonlySet<string> = new Set(['ContentBasedDeduplication', 'FifoThroughputScope'])

const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  FifoThroughputScope: ['Topic', 'MessageGroup'],
  FifoTopic: ['true', 'false'],
  SignatureVersion: ['1', '2'],
  TracingConfig: ['PassThrough', 'Active'],
}

/**
 * An attribute that somebody sets; an empty text takes it back.
 * @param of.prefix  what errors begin with: `Attributes Reason: ` when it comes with a new topic
 * @throws InvalidParameter
 */
export function checkTopicAttribute(
  name: string,
  value: string,
  of: { readonly fifo: boolean; readonly isNew: boolean; readonly prefix?: string },
): void {
  const { fifo, isNew, prefix = '' } = of
  const bad = (reason: string) => new InvalidParameter(`${prefix}${reason}`)
  if (!KNOWN.has(name) || (!isNew && FOR_LIFE.has(name)) || (!fifo && FOR_FIFO.has(name))) {
    throw isNew ? bad(`Unknown attribute ${name}`) : new InvalidParameter('AttributeName')
  }
  if (value === '') return
  const values = Object.hasOwn(ONE_OF, name) ? ONE_OF[name] : undefined
  if (values && !values.includes(value)) throw bad(`${name}: must be one of ${values.join(', ')}`)
  if (name === 'Policy') policyOf(value)
  if (name === 'DeliveryPolicy') checkTopicPolicy(value, prefix)
  if (name === 'DisplayName' && (value.length > LONGEST_DISPLAY_NAME || /\p{Cc}/u.test(value))) {
    throw bad(`DisplayName: must be at most ${LONGEST_DISPLAY_NAME} characters long, without control characters`)
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['ContentBasedDeduplication', 'DeliveryPolicy', 'DisplayName', 'FifoThroughputScope', 'FifoTopic'],
  ...['KmsMasterKeyId', 'Policy', 'SignatureVersion', 'TracingConfig'],
])
