import { describe, expect, it } from 'vitest'
import { DEFAULT_RETRY, effectivePolicy, type RetryPolicy } from './delivery-policy.ts'
import { awsManagedDelays, httpDelays, mailDelays } from './retries.ts'

// Amazon SNS Developer Guide, "Amazon SNS message delivery retries" and "Creating an HTTP/S delivery policy".

const inSeconds = (delays: Iterable<number>): number[] => [...delays].map(delay => delay / 1000)
const http = (policy: Partial<RetryPolicy>) => inSeconds(httpDelays({ ...DEFAULT_RETRY, ...policy }))

describe('retries', () => {
  it('at queues and functions: three at once, two after 1 s, ten from 1 to 20 s, 100,000 after 20 s', () => {
    const delays = inSeconds(awsManagedDelays())
    expect(delays).toHaveLength(100_015)
    expect(delays.slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1])
    expect(delays[14]).toBeCloseTo(20)
    expect(delays.slice(15).every(delay => delay === 20)).toBe(true)
    const days = delays.reduce((sum, delay) => sum + delay, 0) / 86_400
    expect(Math.round(days)).toBe(23)
  })

  it('of mails: 50 in more than six hours', () => {
    const delays = inSeconds(mailDelays())
    expect(delays).toHaveLength(50)
    expect(delays.slice(0, 3)).toEqual([10, 10, 10])
    expect(delays.at(-1)).toBe(600)
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(6 * 3600)
  })

  it.each<[string, Partial<RetryPolicy>, number[]]>([
    ['three in a minute when nothing is said', {}, [20, 20, 20]],
    ['linear', { minDelayTarget: 1, maxDelayTarget: 10, numRetries: 4 }, [1, 4, 7, 10]],
    [
      'exponential',
      { minDelayTarget: 1, maxDelayTarget: 8, numRetries: 4, backoffFunction: 'exponential' },
      [1, 2, 4, 8],
    ],
    [
      'geometric',
      { minDelayTarget: 1, maxDelayTarget: 10, numRetries: 4, backoffFunction: 'geometric' },
      [1, 2, 5, 10],
    ],
    [
      'arithmetic',
      { minDelayTarget: 1, maxDelayTarget: 10, numRetries: 4, backoffFunction: 'arithmetic' },
      [1, 3, 6, 10],
    ],
    [
      'in four phases',
      {
        minDelayTarget: 5,
        maxDelayTarget: 30,
        numRetries: 6,
        numNoDelayRetries: 1,
        numMinDelayRetries: 2,
        numMaxDelayRetries: 1,
      },
      [0, 5, 5, 5, 30, 30],
    ],
    ['an hour at most', { minDelayTarget: 1500, maxDelayTarget: 1500, numRetries: 10 }, [1500, 1500]],
  ])('over HTTP: %s', (_, policy, delays) => {
    expect(http(policy)).toEqual(delays)
  })
})

describe('the delivery policy that counts', () => {
  const topic = (disableSubscriptionOverrides: boolean) =>
    JSON.stringify({
      http: {
        defaultHealthyRetryPolicy: { numRetries: 7 },
        defaultThrottlePolicy: { maxReceivesPerSecond: 5 },
        disableSubscriptionOverrides,
      },
    })
  const subscription = JSON.stringify({
    healthyRetryPolicy: { numRetries: 1 },
    requestPolicy: { headerContentType: 'application/json' },
  })

  it("is the subscription's over the topic's over AWS's", () => {
    expect(effectivePolicy(undefined, undefined)).toMatchObject({
      retry: { numRetries: 3 },
      contentType: 'text/plain; charset=UTF-8',
    })
    expect(effectivePolicy(topic(false), undefined)).toMatchObject({
      retry: { numRetries: 7 },
      maxReceivesPerSecond: 5,
    })
    expect(effectivePolicy(topic(false), subscription)).toMatchObject({
      retry: { numRetries: 1 },
      maxReceivesPerSecond: 5,
      contentType: 'application/json',
    })
  })

  it("is the topic's alone when it forbids others", () => {
    expect(effectivePolicy(topic(true), subscription)).toMatchObject({ retry: { numRetries: 7 } })
  })

  it.each([
    ['{"healthyRetryPolicy":{"numRetries":101}}', 'numRetries'],
    ['{"healthyRetryPolicy":{"minDelayTarget":30,"maxDelayTarget":20}}', 'maxDelayTarget must be greater'],
    ['{"healthyRetryPolicy":{"numRetries":1,"numNoDelayRetries":2}}', 'sum of the retries'],
    ['{"throttlePolicy":{"maxReceivesPerSecond":0}}', 'maxReceivesPerSecond'],
  ])('is refused as %s', (policy, message) => {
    expect(() => effectivePolicy(undefined, policy)).toThrow(message)
  })
})
