import { RequestError } from '@terrace/ui'
import { text } from './text.ts'

/** The page was left while something was being sent: what became of it is not known. */
export class ReloadedError extends Error {}

/** An error in words that one can act on. */
export function explain(error: unknown): string {
  if (error instanceof ReloadedError) return text.errorReloaded
  if (!(error instanceof RequestError)) return text.errorUnknown
  if (error.failure === 'away') return text.errorAway
  if (error.failure === 'broken') return text.errorBroken
  if (error.status === 412) return text.changedMeanwhile
  const detail = error.problem?.detail
  // A firewall on the way refuses with a page of its own.
  if (!detail) return text.errorRefused
  return /[.!?]$/.test(detail) ? detail : `${detail}.`
}
