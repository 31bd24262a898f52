import type { Problem } from './problem.ts'

/**
 * Why a request brought nothing.
 * `away`: nobody answered, or only a gateway did (502, 503, 504): whether a write was done is not known.
 * `refused`: the API said no (4xx) and why; nothing was done.
 * `broken`: the API failed (5xx) or answered with something that is not what was agreed.
 */
export type RequestFailure = 'away' | 'refused' | 'broken'

/** The one error that the client throws, apart from the `AbortError` of a request that its caller gave up. */
export class RequestError extends Error {
  readonly failure: RequestFailure
  /** Undefined when nothing came back. */
  readonly status: number | undefined
  readonly problem: Problem | undefined

  constructor(
    failure: RequestFailure,
    message: string,
    details: { readonly status?: number; readonly problem?: Problem | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'RequestError'
    this.failure = failure
    this.status = details.status
    this.problem = details.problem
  }
}

/** Whether the API said that there is no such thing. */
export const isNotFound = (error: unknown): boolean => error instanceof RequestError && error.status === 404

/** Whether another attempt might fare better: not when the API has said no. */
export const isWorthRetrying = (error: unknown): boolean =>
  !(error instanceof RequestError) || error.failure !== 'refused'
