/** A dashboard, and where it would be looked at. */
export interface DashboardLink {
  readonly name: string
  /** In the console of AWS: nothing here draws it. */
  readonly url: string
}

/** The dashboards of the account; the port `dashboards`. */
export interface DashboardLinks {
  /** In the order of their names. */
  readonly links: readonly DashboardLink[]
}
