import { errnoOf } from '@terrace/kit'
import { KeysUnreadable } from '../cursors/rotating-keys.ts'

/** What AWS says, or the SDK, when another time may go better. */
const NAMES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'CredentialsProviderError',
])
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
])

/** Whether the table, the secret or the way to them is away or throttled: clients get 503 with `Retry-After`. */
export function passesByItself(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof KeysUnreadable || NAMES.has(error.name) || NETWORK.has(errnoOf(error) ?? '')) return true
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } }
  return ($metadata?.httpStatusCode ?? 0) >= 500
}
