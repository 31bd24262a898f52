/** The tables that these functions need in an application's database; its migrations make them. */
export interface AccountTables {
  /** Who is logged in: deleted on log-out, so that a copied cookie is worth nothing on any instance. */
  readonly sessions: {
    /** SHA-256 of the session's id: who reads the table can't act as anybody. */
    readonly id_hash: string
    readonly account_id: number
    /** Milliseconds since 1970. */
    readonly ends_at: number
  }
  /** How often something was tried, by whom, in one window of time. */
  readonly attempts: {
    /** SHA-256 of what is counted. */
    readonly bucket: string
    /** Milliseconds since 1970. */
    readonly window_start: number
    readonly tries: number
  }
}
