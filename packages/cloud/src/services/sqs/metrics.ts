import { minutes, type Stop } from '@terrace/kit'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { World } from '../../world.ts'
import type { Counted } from './counters.ts'
import { ACTIVE_FOR, POISONED_AFTER_RECEIVES } from './limits.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

const NAMESPACE = 'AWS/SQS'

/**
 * Tells CloudWatch of every active queue once a minute, and drops what is older than a queue's retention.
 * @see Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS"
 */
export function reportMetrics({ clock, realtime, metrics }: World, queues: Queues): Stop {
  return clock.every(minutes(1), () => {
    const now = realtime.now()
    for (const queue of queues.list()) {
      queue.messages.expire()
      if (isActive(queue, now)) metrics.put(...metricsOf(queue, now))
    }
  })
}

/** It holds messages, or somebody has used it in the last six hours. */
function isActive({ messages }: Queue, now: number): boolean {
  const { visible, inFlight, delayed } = messages.depth()
  const { lastUsed } = messages.counters
  return visible + inFlight + delayed > 0 || (lastUsed !== undefined && now - lastUsed < ACTIVE_FOR)
}

function metricsOf(queue: Queue, now: number): MetricDatum[] {
  const { visible, inFlight, delayed } = queue.messages.depth()
  const counted = queue.messages.counters.take()
  const one = (name: string, value: MetricDatum['value'], unit = 'Count'): MetricDatum => ({
    namespace: NAMESPACE,
    name,
    dimensions: { QueueName: queue.name },
    value,
    unit,
  })
  return [
    one('ApproximateNumberOfMessagesVisible', visible),
    one('ApproximateNumberOfMessagesNotVisible', inFlight),
    one('ApproximateNumberOfMessagesDelayed', delayed),
    one('ApproximateAgeOfOldestMessage', ageOfOldest(queue, now), 'Seconds'),
    one('NumberOfMessagesSent', counted.sent),
    one('NumberOfMessagesReceived', counted.received),
    one('NumberOfMessagesDeleted', counted.deleted),
    one('NumberOfEmptyReceives', counted.emptyReceives),
    ...sizesOf(counted).map(value => one('SentMessageSize', value, 'Bytes')),
  ]
}

const sizesOf = ({ sizes }: Counted): MetricDatum['value'][] =>
  sizes.size > 0 ? [{ values: [...sizes.keys()], counts: [...sizes.values()] }] : []

/** Seconds. A message that was received three times and more counts only when there is no other one. */
export function ageOfOldest({ messages }: Pick<Queue, 'messages'>, now: number): number {
  let oldest = now
  let oldestPoisoned = now
  let healthy = false
  for (const { queuedAt, receives, receivesElsewhere } of messages.messages()) {
    if (receives - receivesElsewhere >= POISONED_AFTER_RECEIVES) oldestPoisoned = Math.min(oldestPoisoned, queuedAt)
    else {
      healthy = true
      oldest = Math.min(oldest, queuedAt)
    }
  }
  return Math.floor((now - (healthy ? oldest : oldestPoisoned)) / 1000)
}
