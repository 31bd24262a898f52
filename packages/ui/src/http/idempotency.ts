import { RequestError } from './request-error.ts'

/** Hands out the keys of one form or button. */
export interface IdempotencyKeys {
  /** The key for sending this: the same for the same content until its fate is known, so that a repetition is one. */
  keyFor(content: unknown): string
  /** To be told how sending it ended: with nothing (done) or with the error. */
  settled(error?: unknown): void
}

/** Where a key waits whose fate is not known yet; a place that outlives the page keeps it through a reload. */
export interface PendingKeys {
  read(): string | null
  write(pending: string | null): void
}

/**
 * Idempotency keys for one thing that can be sent. Sent again after a silence it carries the same key, so that an API
 * which did do it the first time does not do it twice; once the API has answered, yes or no, the next attempt is new.
 *
 * @param newKey  random unless a test says otherwise
 * @param place  the page's memory unless said otherwise
 */
export function idempotencyKeys(newKey: () => string = randomKey, place: PendingKeys = inMemory()): IdempotencyKeys {
  return {
    keyFor(content) {
      const text = JSON.stringify(content) ?? ''
      const [pendingText, pendingKey] = readPending(place)
      if (pendingText === text && pendingKey !== undefined) return pendingKey
      const key = newKey()
      place.write(JSON.stringify([text, key]))
      return key
    },
    settled(error) {
      const isUnknown = error !== undefined && !(error instanceof RequestError && error.failure === 'refused')
      if (!isUnknown) place.write(null)
    },
  }
}

/** Keys kept in this browser, through reloads and for all its tabs, as far as it lets us. @param name  names the thing */
export function storedKeys(name: string): IdempotencyKeys {
  const memory = inMemory()
  const storageKey = `terrace.pending.${name}`
  return idempotencyKeys(randomKey, {
    read: () => {
      try {
        return localStorage.getItem(storageKey)
      } catch {
        return memory.read()
      }
    },
    write: pending => {
      memory.write(pending)
      try {
        if (pending === null) localStorage.removeItem(storageKey)
        else localStorage.setItem(storageKey, pending)
      } catch {
        // Storage may be forbidden: the key then lasts as long as the page.
      }
    },
  })
}

function inMemory(): PendingKeys {
  let kept: string | null = null
  return {
    read: () => kept,
    write: pending => {
      kept = pending
    },
  }
}

function readPending(place: PendingKeys): readonly [string?, string?] {
  try {
    const [text, key]: unknown[] = JSON.parse(place.read() ?? '[]')
    return typeof text === 'string' && typeof key === 'string' ? [text, key] : []
  } catch {
    return []
  }
}

// `crypto.randomUUID` is missing on plain HTTP under a name that the browser does not trust.
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
