import type { Clock, Instant } from '@terrace/kit'
import { checkDashboard, type DashboardMessage } from './dashboard-body.ts'
import type { DashboardLink, DashboardLinks } from './dashboards-port.ts'
import { DashboardInvalidInput, DashboardNotFound } from './errors.ts'

export interface Dashboard {
  readonly name: string
  readonly arn: string
  /** JSON, as it was put. */
  readonly body: string
  readonly modified: Instant
}

/** Dashboards are kept as they were put; nothing here draws them. */
export class Dashboards implements DashboardLinks {
  readonly #clock: Clock
  readonly #home: { readonly region: string; readonly account: string }
  readonly #dashboards = new Map<string, Dashboard>()

  constructor(clock: Clock, home: { readonly region: string; readonly account: string }) {
    this.#clock = clock
    this.#home = home
  }

  get all(): readonly Dashboard[] {
    return [...this.#dashboards.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  get links(): readonly DashboardLink[] {
    const { region } = this.#home
    const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/`
    return this.all.map(({ name }) => ({ name, url: `${console}${name}` }))
  }

  arnOf(name: string): string {
    return `arn:aws:cloudwatch::${this.#home.account}:dashboard/${name}`
  }

  /** @throws DashboardNotFound */
  get(name: string): Dashboard {
    const dashboard = this.#dashboards.get(name)
    if (!dashboard) throw new DashboardNotFound(name)
    return dashboard
  }

  /** @returns what is odd about it @throws DashboardInvalidInput when it is no dashboard */
  put(name: string, body: string): readonly DashboardMessage[] {
    let content: unknown
    try {
      content = JSON.parse(body)
    } catch {
      content = undefined
    }
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      throw new DashboardInvalidInput('The field DashboardBody must be a valid JSON object')
    }
    const { errors, warnings } = checkDashboard(content)
    if (errors.length > 0) {
      const count = errors.length === 1 ? 'is 1 validation error' : `are ${errors.length} validation errors`
      const list = errors.map(({ DataPath, Message }) => ({ dataPath: DataPath, message: Message }))
      throw new DashboardInvalidInput(`The dashboard body is invalid, there ${count}: ${JSON.stringify(list, null, 2)}`)
    }
    this.#dashboards.set(name, { name, arn: this.arnOf(name), body, modified: this.#clock.now() })
    return warnings
  }

  /** All or none. @throws DashboardNotFound */
  delete(names: readonly string[]): void {
    for (const name of names) this.get(name)
    for (const name of names) this.#dashboards.delete(name)
  }
}
