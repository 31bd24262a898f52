import type { Distribution } from '@terrace/model'
import type { Collected } from './receiver.ts'

/** The page of a distribution that takes the place of an error. */
export interface ErrorPage {
  readonly path: string
  /** What viewers get with it. */
  readonly status: number
}

/** Nothing when the distribution has no page for this status. @see "Generate custom error responses" */
export function errorPageOf({ errorResponses }: Distribution, status: number): ErrorPage | undefined {
  const rule = errorResponses.find(({ errorCode }) => errorCode === status)
  return rule?.responsePagePath === undefined
    ? undefined
    : { path: rule.responsePagePath, status: rule.responseCode ?? status }
}

/** A page that can't be had gives its own status. */
export const standingFor = ({ status }: ErrorPage, page: Collected): Collected =>
  page.status < 400 ? { ...page, status } : page
