import type { Stop } from './clock.ts'

/** Anything published carries its kind; the rest is up to the publisher. */
export interface Event {
  readonly kind: string
}

/**
 * Where parts meet that must not know each other. Listeners run in the order of their subscription, at once; one that
 * throws does not keep the event from the others.
 */
export class EventBus<E extends Event> {
  readonly #listeners = new Set<(event: E) => void>()
  readonly #onFailure: (error: unknown, event: E) => void

  constructor(
    onFailure: (error: unknown, event: E) => void = error =>
      queueMicrotask(() => {
        throw error
      }),
  ) {
    this.#onFailure = onFailure
  }

  publish(event: E): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        this.#onFailure(error, event)
      }
    }
  }

  subscribe(listener: (event: E) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Only the events of one kind, with their type narrowed. */
  on<K extends E['kind']>(kind: K, listener: (event: Extract<E, { kind: K }>) => void): Stop {
    return this.subscribe(event => {
      if (event.kind === kind) listener(event as Extract<E, { kind: K }>)
    })
  }

  /** Resolves with the next event that passes; what a test waits for instead of waiting for time. */
  next(passes: (event: E) => boolean, signal?: AbortSignal): Promise<E> {
    return new Promise((resolve, reject) => {
      const stop = this.subscribe(event => {
        if (!passes(event)) return
        stop()
        resolve(event)
      })
      signal?.addEventListener(
        'abort',
        () => {
          stop()
          reject(signal.reason)
        },
        { once: true },
      )
    })
  }
}
