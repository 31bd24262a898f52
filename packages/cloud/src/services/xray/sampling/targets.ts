import type { Clock, Instant } from '@terrace/kit'
import { QUOTA_TTL, TARGET_INTERVAL } from '../limits.ts'
import type { SamplingRules } from './rules.ts'

/** What one client has seen of one rule since its last report. */
export interface Statistics {
  readonly rule: string
  readonly client: string
  readonly requests: number
  readonly sampled: number
  /** Sampled by the one request a second that a client without a quota may. */
  readonly borrowed: number
}

/** What a client may do until its next report. */
export interface SamplingTarget {
  readonly rule: string
  /** Of 1: the part that is sampled when the quota is used up. */
  readonly fixedRate: number
  /** Requests a second. */
  readonly quota: number
  readonly until: Instant
}

interface Report {
  readonly at: Instant
  readonly requests: number
}

/**
 * Shares the reservoir of each rule among the clients that reported requests for it lately, as evenly as whole requests
 * allow: the first to report gets what is left over. A client without requests gets nothing, and borrows when one comes.
 *
 * @see X-Ray Developer Guide, "Using sampling rules with the X-Ray API". differs: how AWS shares it is not documented
 */
export class SamplingTargets {
  readonly #rules: SamplingRules
  readonly #clock: Clock
  readonly #reports = new Map<string, Map<string, Report>>()
  readonly #summaries = new Map<string, { requests: number; sampled: number; borrowed: number; at: Instant }>()

  constructor(rules: SamplingRules, clock: Clock) {
    this.#rules = rules
    this.#clock = clock
  }

  /** @returns nothing when there is no such rule */
  report({ rule: name, client, requests, sampled, borrowed }: Statistics): SamplingTarget | undefined {
    const rule = this.#rules.find(name)
    if (!rule) return undefined
    const now = this.#clock.now()
    const clients = this.#reports.get(name) ?? new Map<string, Report>()
    this.#reports.set(name, clients)
    for (const [each, { at }] of clients) if (now - at > QUOTA_TTL) clients.delete(each)
    clients.set(client, { at: now, requests })
    const before = this.#summaries.get(name) ?? { requests: 0, sampled: 0, borrowed: 0, at: now }
    this.#summaries.set(name, {
      requests: before.requests + requests,
      sampled: before.sampled + sampled,
      borrowed: before.borrowed + borrowed,
      at: now,
    })
    const active = [...clients].filter(([, each]) => each.requests > 0).map(([each]) => each)
    const place = active.indexOf(client)
    const share = active.length === 0 ? 0 : Math.floor(rule.reservoirSize / active.length)
    const left = active.length === 0 ? 0 : rule.reservoirSize % active.length
    const quota = place < 0 ? 0 : share + (place < left ? 1 : 0)
    return { rule: name, fixedRate: rule.fixedRate, quota, until: now + QUOTA_TTL }
  }

  /** What was reported since the start, by rule. */
  get summaries() {
    return [...this.#summaries].map(([rule, summary]) => ({ rule, ...summary }))
  }

  /** Seconds between two reports of a client. */
  get interval(): number {
    return TARGET_INTERVAL / 1000
  }
}
