import type { World } from '../../world.ts'
import { DEFAULT_BUS } from './names.ts'
import type { StoredRule } from './stored.ts'

/** What is counted for a rule, and for the account as a whole. */
const OF_ACCOUNT = [
  'InvocationAttempts',
  'Invocations',
  'InvocationsFailedToBeSentToDlq',
  'InvocationsSentToDlq',
  'RetryInvocationAttempts',
  'SuccessfulInvocationAttempts',
  'TriggeredRules',
] as const

/** What is counted for a rule alone. */
type OfRule = 'DeadLetterInvocations' | 'FailedInvocations' | 'MatchedEvents'

/**
 * Counts for a rule: dimension `RuleName`, and `EventBusName` on a bus of its own.
 * @see Amazon EventBridge User Guide, "Monitoring Amazon EventBridge"
 */
export function count(
  { metrics }: Pick<World, 'metrics'>,
  { bus, name: rule }: Pick<StoredRule, 'bus' | 'name'>,
  name: OfRule | (typeof OF_ACCOUNT)[number],
): void {
  const dimensions = { ...(bus === DEFAULT_BUS ? {} : { EventBusName: bus }), RuleName: rule }
  put(metrics, name, 1, dimensions)
  if (OF_ACCOUNT.some(each => each === name)) put(metrics, name, 1)
}

/** How long an event was on its way to a target. @param milliseconds  since it came to its bus */
export function countLatency(
  { metrics }: Pick<World, 'metrics'>,
  name: 'IngestionToInvocationStartLatency' | 'IngestionToInvocationCompleteLatency',
  milliseconds: number,
): void {
  metrics.put({ namespace: 'AWS/Events', name, dimensions: {}, unit: 'Milliseconds', value: milliseconds })
}

/** Counts a call of PutEvents. */
export function countPut(
  { metrics }: Pick<World, 'metrics'>,
  { entries, failed, bytes }: { readonly entries: number; readonly failed: number; readonly bytes: number },
): void {
  put(metrics, 'PutEventsApproximateCallCount', 1)
  put(metrics, 'PutEventsEntriesCount', entries)
  if (failed > 0) put(metrics, 'PutEventsFailedEntriesCount', failed)
  metrics.put({ namespace: 'AWS/Events', name: 'PutEventsRequestSize', dimensions: {}, unit: 'Bytes', value: bytes })
}

const put = (metrics: World['metrics'], name: string, value: number, dimensions: Record<string, string> = {}): void =>
  metrics.put({ namespace: 'AWS/Events', name, dimensions, unit: 'Count', value })
