import { z } from 'zod'
import { InvalidParameter } from './errors.ts'
import { LONGEST_DELAY_SECONDS, MOST_RETRIES } from './limits.ts'

const BACKOFF = ['arithmetic', 'exponential', 'geometric', 'linear'] as const

const count = (most: number) => z.int().min(0).max(most)

const retryPolicy = z.strictObject({
  minDelayTarget: z.int().min(1).max(LONGEST_DELAY_SECONDS).default(20),
  maxDelayTarget: z.int().min(1).max(LONGEST_DELAY_SECONDS).default(20),
  numRetries: count(MOST_RETRIES).default(3),
  numNoDelayRetries: count(MOST_RETRIES).default(0),
  numMinDelayRetries: count(MOST_RETRIES).default(0),
  numMaxDelayRetries: count(MOST_RETRIES).default(0),
  backoffFunction: z.enum(BACKOFF).default('linear'),
})

const throttlePolicy = z.strictObject({ maxReceivesPerSecond: z.int().min(1).optional() })
const requestPolicy = z.strictObject({ headerContentType: z.string().min(1).optional() })
/** What the API describes and nobody can turn on. */
const unused = { sicklyRetryPolicy: z.null().optional(), guaranteed: z.literal(false).optional() }

const ofSubscription = z.strictObject({
  healthyRetryPolicy: retryPolicy.nullish(),
  throttlePolicy: throttlePolicy.nullish(),
  requestPolicy: requestPolicy.nullish(),
  ...unused,
})

const ofTopic = z.strictObject({
  http: z.strictObject({
    defaultHealthyRetryPolicy: retryPolicy.nullish(),
    defaultThrottlePolicy: throttlePolicy.nullish(),
    defaultRequestPolicy: requestPolicy.nullish(),
    disableSubscriptionOverrides: z.boolean().default(false),
    defaultSicklyRetryPolicy: z.null().optional(),
  }),
})

/** How a delivery over HTTP is tried again; delays in seconds. */
export type RetryPolicy = Readonly<z.infer<typeof retryPolicy>>

/** What counts for one subscription. */
export interface DeliveryPolicy {
  readonly retry: RetryPolicy
  /** Deliveries a second at most; absent: as many as come. */
  readonly maxReceivesPerSecond?: number | undefined
  /** Of what is sent to the endpoint. */
  readonly contentType: string
}

/** Four attempts in a minute. Amazon SNS Developer Guide, "Creating an HTTP/S delivery policy" */
export const DEFAULT_RETRY: RetryPolicy = retryPolicy.parse({})

const DEFAULT_CONTENT_TYPE = 'text/plain; charset=UTF-8'

/** @throws InvalidParameter when it isn't the delivery policy of a topic */
export const checkTopicPolicy = (text: string, prefix = ''): void => void read(ofTopic, text, prefix)

/** @throws InvalidParameter when it isn't the delivery policy of a subscription */
export const checkSubscriptionPolicy = (text: string, prefix = ''): void => void read(ofSubscription, text, prefix)

/** The topic's settings, with the subscription's over them unless the topic forbids that. */
export function effectivePolicy(topic: string | undefined, subscription: string | undefined): DeliveryPolicy {
  const general = topic ? read(ofTopic, topic, '').http : undefined
  const own =
    subscription && !general?.disableSubscriptionOverrides ? read(ofSubscription, subscription, '') : undefined
  return {
    retry: own?.healthyRetryPolicy ?? general?.defaultHealthyRetryPolicy ?? DEFAULT_RETRY,
    maxReceivesPerSecond: (own?.throttlePolicy ?? general?.defaultThrottlePolicy)?.maxReceivesPerSecond,
    contentType: (own?.requestPolicy ?? general?.defaultRequestPolicy)?.headerContentType ?? DEFAULT_CONTENT_TYPE,
  }
}

/** As `GetTopicAttributes` describes what counts. */
export function describeTopicPolicy(text: string | undefined): string {
  const { retry, contentType } = effectivePolicy(text, undefined)
  const overrides = text ? read(ofTopic, text, '').http.disableSubscriptionOverrides : false
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: retry,
      disableSubscriptionOverrides: overrides,
      defaultRequestPolicy: { headerContentType: contentType },
    },
  })
}

/** As `GetSubscriptionAttributes` describes it. */
export const describeSubscriptionPolicy = ({ retry, maxReceivesPerSecond, contentType }: DeliveryPolicy): string =>
  JSON.stringify({
    healthyRetryPolicy: retry,
    sicklyRetryPolicy: null,
    throttlePolicy: maxReceivesPerSecond === undefined ? null : { maxReceivesPerSecond },
    requestPolicy: { headerContentType: contentType },
    guaranteed: false,
  })

function read<Schema extends z.ZodType>(schema: Schema, text: string, prefix: string): z.output<Schema> {
  const bad = (reason: string) => new InvalidParameter(`${prefix}DeliveryPolicy: ${reason}`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw bad('failed to parse JSON.')
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw bad(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not allowed'}`.trim())
  }
  for (const policy of retryPoliciesIn(parsed.data)) checkRetries(policy, bad)
  return parsed.data
}

function retryPoliciesIn(policy: unknown): readonly RetryPolicy[] {
  if (typeof policy !== 'object' || policy === null) return []
  return Object.entries(policy).flatMap(([name, value]) =>
    name === 'healthyRetryPolicy' || name === 'defaultHealthyRetryPolicy'
      ? value
        ? [retryPolicy.parse(value)]
        : []
      : retryPoliciesIn(value),
  )
}

function checkRetries(policy: RetryPolicy, bad: (reason: string) => InvalidParameter): void {
  const { minDelayTarget, maxDelayTarget, numRetries } = policy
  if (maxDelayTarget < minDelayTarget) throw bad('maxDelayTarget must be greater than or equal to minDelayTarget')
  const phases = policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries
  if (phases > numRetries) throw bad('numRetries must be at least the sum of the retries of the other phases')
}
