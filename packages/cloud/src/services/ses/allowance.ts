import { type Clock, type Instant, seconds } from '@terrace/kit'
import { LimitExceededException, TooManyRequestsException } from './errors.ts'
import { QUOTA_WINDOW, type Quota } from './limits.ts'

/** What an allowance counts with: the day as the control plane sees it, the second as callers do. */
export interface AllowanceClocks {
  readonly clock: Clock
  readonly realtime: Clock
}

/**
 * Counts recipients against the quota: of the last 24 hours, and of a second, which lets a burst of one second's worth pass.
 * @see Amazon SES Developer Guide "Managing your Amazon SES sending limits"
 */
export class Allowance {
  readonly #clocks: AllowanceClocks
  /** Oldest first; what is out of the window is forgotten. */
  readonly #sent: { readonly at: Instant; count: number }[] = []
  #total = 0
  #tokens = Number.POSITIVE_INFINITY
  #refilled: Instant

  /** @param before  what was sent before this start */
  constructor(clocks: AllowanceClocks, before: readonly { readonly at: Instant; readonly count: number }[] = []) {
    this.#clocks = clocks
    this.#refilled = clocks.realtime.now()
    for (const { at, count } of before) this.#note(at, count)
  }

  /** Recipients of the last 24 hours. */
  get used(): number {
    this.#forget()
    return this.#total
  }

  /**
   * Takes what a message needs.
   *
   * @param recipients  all of them count for the second
   * @param charged  those that count for the day: the mailbox simulator's don't
   * @throws TooManyRequestsException, LimitExceededException
   */
  take(quota: Quota, recipients: number, charged: number): void {
    const now = this.#clocks.realtime.now()
    const refill = ((now - this.#refilled) / seconds(1)) * quota.perSecond
    // A message with more recipients than a second allows must pass at some time: it leaves a debt.
    const tokens = Math.min(quota.perSecond, this.#tokens + refill)
    this.#refilled = now
    this.#tokens = tokens
    if (tokens < 1) throw new TooManyRequestsException()
    if (this.used + charged > quota.perDay) {
      throw new LimitExceededException('Daily message quota exceeded.', 'Throttling')
    }
    this.#tokens = tokens - recipients
    this.#note(this.#clocks.clock.now(), charged)
  }

  #note(at: Instant, count: number): void {
    const last = this.#sent.at(-1)
    if (last && at - last.at < seconds(1)) last.count += count
    else this.#sent.push({ at, count })
    this.#total += count
  }

  #forget(): void {
    const from = this.#clocks.clock.now() - QUOTA_WINDOW
    while (this.#sent[0] && this.#sent[0].at <= from) this.#total -= this.#sent.shift()?.count ?? 0
  }
}
