import type { Clock, Instant } from '@terrace/kit'
import { DashboardInvalidInput, DashboardNotFound } from './errors.ts'

export interface Dashboard {
  readonly name: string
  readonly arn: string
  /** JSON, as it was put. */
  readonly body: string
  readonly modified: Instant
}

/** Dashboards are kept as they were put; nothing here draws them. */
export class Dashboards {
  readonly #clock: Clock
  readonly #account: string
  readonly #dashboards = new Map<string, Dashboard>()

  constructor(clock: Clock, account: string) {
    this.#clock = clock
    this.#account = account
  }

  get all(): readonly Dashboard[] {
    return [...this.#dashboards.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  arnOf(name: string): string {
    return `arn:aws:cloudwatch::${this.#account}:dashboard/${name}`
  }

  /** @throws DashboardNotFound */
  get(name: string): Dashboard {
    const dashboard = this.#dashboards.get(name)
    if (!dashboard) throw new DashboardNotFound(name)
    return dashboard
  }

  /** @throws DashboardInvalidInput when the body is no JSON object */
  put(name: string, body: string): void {
    let content: unknown
    try {
      content = JSON.parse(body)
    } catch {
      content = undefined
    }
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      throw new DashboardInvalidInput('The field DashboardBody must be a valid JSON object')
    }
    this.#dashboards.set(name, { name, arn: this.arnOf(name), body, modified: this.#clock.now() })
  }

  /** All or none. @throws DashboardNotFound */
  delete(names: readonly string[]): void {
    for (const name of names) this.get(name)
    for (const name of names) this.#dashboards.delete(name)
  }
}
