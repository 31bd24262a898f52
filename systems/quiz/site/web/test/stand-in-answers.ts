import type { QuestionInput } from '../src/api/site-api.ts'

/** What is answered; `logIn` asks for a new session of that account. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly total?: number
  readonly logIn?: number
  /** A file instead of JSON. */
  readonly csv?: string
}

/** A request with its session's account. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly accountId: number | undefined
  /** `X-Attempt-Token` */
  readonly token: string
  readonly body: Partial<QuestionInput> & {
    readonly username?: string
    readonly password?: string
    readonly currentPassword?: string
    readonly newPassword?: string
    readonly title?: string
    readonly description?: string
    readonly version?: number
    readonly questionIds?: readonly string[]
    readonly nickname?: string
    readonly optionIds?: readonly string[]
  }
}

/** A problem document. */
export const problem = (status: number, detail: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: String(status), status, detail, ...more },
})

/** A refusal that blames a field. */
export const invalid = (path: string, message: string, status = 422): Answer =>
  problem(status, `${path} ${message}`, { errors: [{ path, message }] })
