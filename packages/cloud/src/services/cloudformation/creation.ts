import type { CreationPolicy } from '@terrace/model'

/** Whether one failure is one too many, and which words CloudFormation has for it. */
export type CreationKind = 'group' | 'instance'

/** How a creation ended. */
export type CreationOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly reason: string; readonly because: readonly string[] }

/**
 * Counts the signals of one resource: no clock, no network.
 *
 * It ends as soon as the outcome is certain: enough successes, or more failures than `MinSuccessfulInstancesPercent` leaves
 * room for. The texts are those of CloudFormation's events.
 *
 * @see "CreationPolicy attribute" in the CloudFormation Template Reference
 */
export class SignalCount {
  readonly #kind: CreationKind
  readonly #policy: CreationPolicy
  readonly #signals = new Map<string, { readonly success: boolean; readonly because: string | undefined }>()
  readonly #lost = new Map<string, string>()

  constructor(kind: CreationKind, policy: CreationPolicy) {
    this.#kind = kind
    this.#policy = policy
  }

  /** @returns whether it counts: a second signal with the same id does not */
  add(uniqueId: string, success: boolean, because?: string): boolean {
    if (this.#signals.has(uniqueId)) return false
    this.#signals.set(uniqueId, { success, because })
    this.#lost.delete(uniqueId)
    return true
  }

  /** A signal that was meant to come. */
  lose(uniqueId: string, because: string): void {
    if (!this.#signals.has(uniqueId)) this.#lost.set(uniqueId, because)
  }

  /** What is certain by now. */
  get outcome(): CreationOutcome | undefined {
    if (this.#successes >= this.#needed) return { kind: 'complete' }
    const failures = [...this.#signals].filter(([, { success }]) => !success)
    if (failures.length <= this.#policy.signals - this.#needed) return undefined
    const because = failures.flatMap(([id, failure]) => failure.because ?? `${id} failed`)
    const first = failures[0]?.[0] ?? ''
    const reason =
      this.#kind === 'group'
        ? this.#outOf(failures.length, 'FAILURE')
        : `Received FAILURE signal with UniqueId ${first}`
    return { kind: 'failed', reason, because }
  }

  /** The time is over. */
  get overdue(): CreationOutcome {
    const missing = this.#policy.signals - this.#signals.size
    const reason =
      this.#kind === 'group'
        ? this.#outOf(this.#successes, 'SUCCESS')
        : `Failed to receive ${missing} resource signal(s) within the specified duration`
    return { kind: 'failed', reason, because: [...this.#lost].map(([id, why]) => `${id} sent none: ${why}`) }
  }

  get #successes(): number {
    return [...this.#signals.values()].filter(({ success }) => success).length
  }

  get #percent(): number {
    return this.#policy.minSuccessfulPercent ?? 100
  }

  // The share is rounded to the nearest tenth of a percent: a third of three is enough for 33.3.
  get #needed(): number {
    const { signals } = this.#policy
    for (let count = 0; count < signals; count++) {
      if (Math.round((count / signals) * 1000) / 10 >= this.#percent) return count
    }
    return signals
  }

  #outOf(count: number, what: 'SUCCESS' | 'FAILURE'): string {
    const requirement = `Unable to satisfy ${this.#percent}% MinSuccessfulInstancesPercent requirement`
    return `Received ${count} ${what} signal(s) out of ${this.#policy.signals}. ${requirement}`
  }
}
