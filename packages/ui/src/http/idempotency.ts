import { RequestError } from './request-error.ts'

/** Hands out the keys of one form or button. */
export interface IdempotencyKeys {
  /** The key for sending this: the same for the same content until its fate is known, so that a repetition is one. */
  keyFor(content: unknown): string
  /** To be told how sending it ended: with nothing (done) or with the error. */
  settled(error?: unknown): void
}

/**
 * Idempotency keys for one thing that can be sent. Sent again after a silence it carries the same key, so that an API
 * which did do it the first time does not do it twice; once the API has answered, yes or no, the next attempt is new.
 *
 * @param newKey  `crypto.randomUUID` unless a test says otherwise
 */
export function idempotencyKeys(newKey: () => string = randomKey): IdempotencyKeys {
  let pending: { readonly content: string; readonly key: string } | undefined
  return {
    keyFor(content) {
      const text = JSON.stringify(content) ?? ''
      if (pending?.content !== text) pending = { content: text, key: newKey() }
      return pending.key
    },
    settled(error) {
      const isUnknown = error !== undefined && !(error instanceof RequestError && error.failure === 'refused')
      if (!isUnknown) pending = undefined
    },
  }
}

// `crypto.randomUUID` is missing on plain HTTP under a name that the browser does not trust.
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
