import { RequestError } from '@terrace/ui'
import { text } from './text/text.ts'

/** An error in words that one can act on. */
export function explain(error: unknown): string {
  if (!(error instanceof RequestError)) return text.errorUnknown
  if (error.failure === 'away') return text.errorAway
  if (error.status === 403) return text.errorSession
  const detail = error.problem?.detail
  if (error.failure === 'refused' && detail) return /[.!?]$/.test(detail) ? detail : `${detail}.`
  return text.errorBroken
}
