import { z } from 'zod'
import { DEFAULT_MAX_RECEIVES, MOST_RECEIVES, MOST_SOURCE_QUEUES } from './limits.ts'

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

/** Which queues may name a queue as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  readonly sourceQueueArns: readonly string[]
}

const count = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)])

const redrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string().min(1),
  maxReceiveCount: count.pipe(z.int().min(1).max(MOST_RECEIVES)).default(DEFAULT_MAX_RECEIVES),
})

const allowPolicy = z
  .strictObject({
    redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
    sourceQueueArns: z.array(z.string().min(1)).max(MOST_SOURCE_QUEUES).default([]),
  })
  .refine(({ redrivePermission, sourceQueueArns }) => (redrivePermission === 'byQueue') === sourceQueueArns.length > 0)

/** Nothing when it isn't one. @see Amazon SQS API Reference, "SetQueueAttributes" */
export const readRedrivePolicy = (text: string): RedrivePolicy | undefined => redrivePolicy.safeParse(plain(text)).data

/** Nothing when it isn't one. @see Amazon SQS API Reference, "SetQueueAttributes" */
export const readRedriveAllowPolicy = (text: string): RedriveAllowPolicy | undefined =>
  allowPolicy.safeParse(plain(text)).data

/** Whether a queue with that policy lets another one send it dead letters. */
export function allowsRedrive(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (!policy || policy.redrivePermission === 'allowAll') return true
  return policy.redrivePermission === 'byQueue' && policy.sourceQueueArns.includes(sourceArn)
}

function plain(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
