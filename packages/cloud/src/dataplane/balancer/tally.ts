/** What was counted, by the name of the metric. */
export interface Counted {
  readonly counts: Readonly<Record<string, number>>
  /** Seconds until targets answered, and how often each came. */
  readonly responseTimes: { readonly values: readonly number[]; readonly counts: readonly number[] } | undefined
  /** Rules that were evaluated beyond those that are free. */
  readonly chargedRules: number
}

const TARGET_CODES: readonly string[] = [0, 1, 2, 3, 4, 5].map(hundreds => `HTTPCode_Target_${hundreds}XX_Count`)

/** Rules of a request that cost nothing. @see "Elastic Load Balancing pricing" */
const FREE_RULES = 10

/**
 * What one node counted for one target group, or for none. What every request counts has a field of its own: there are ten
 * thousand a second.
 */
export class Tally {
  #counts: Record<string, number> = {}
  #any = false
  #requests = 0
  #bytes = 0
  #rules = 0
  #chargedRules = 0
  readonly #targetCodes = [0, 0, 0, 0, 0, 0]
  /** By whole milliseconds. */
  readonly #times = new Map<number, number>()

  add(metric: string, amount = 1): void {
    this.#any = true
    this.#counts[metric] = (this.#counts[metric] ?? 0) + amount
  }

  addRequest(): void {
    this.#any = true
    this.#requests++
  }

  addBytes(amount: number): void {
    this.#any = true
    this.#bytes += amount
  }

  /** Rules that were looked at for one request. */
  addRules(amount: number): void {
    this.#any = true
    this.#rules += amount
    if (amount > FREE_RULES) this.#chargedRules += amount - FREE_RULES
  }

  /** A target answered. @param milliseconds  since the request was sent to it */
  addAnswer(status: number, milliseconds: number): void {
    this.#any = true
    const hundreds = Math.floor(status / 100)
    if (hundreds > 1) this.#targetCodes[hundreds] = (this.#targetCodes[hundreds] ?? 0) + 1
    this.#times.set(milliseconds, (this.#times.get(milliseconds) ?? 0) + 1)
  }

  /** What was counted since the last time; nothing when nothing was. */
  take(): Counted | undefined {
    if (!this.#any) return undefined
    const counts = this.#counts
    if (this.#requests > 0) counts.RequestCount = this.#requests
    if (this.#bytes > 0) counts.ProcessedBytes = this.#bytes
    if (this.#rules > 0) counts.RuleEvaluations = this.#rules
    this.#targetCodes.forEach((count, hundreds) => {
      const name = TARGET_CODES[hundreds]
      if (count > 0 && name) counts[name] = count
    })
    const times = [...this.#times]
    const responseTimes =
      times.length > 0
        ? { values: times.map(([value]) => value / 1000), counts: times.map(([, count]) => count) }
        : undefined
    const chargedRules = this.#chargedRules
    this.#any = false
    this.#counts = {}
    this.#requests = this.#bytes = this.#rules = this.#chargedRules = 0
    this.#targetCodes.fill(0)
    this.#times.clear()
    return { counts, responseTimes, chargedRules }
  }
}
