import type { Stop } from '@terrace/kit'

/** Ctrl-C and its relatives, in the order in which they come. */
export type Signals = (listener: () => void) => Stop

/** The wish to end a running system: who has it, and how urgent it is. */
export interface Shutdown {
  /** Resolves at the first wish: drain and stop. */
  readonly requested: Promise<void>
  /** Resolves at the second Ctrl-C: at once. */
  readonly insisted: Promise<void>
  /** Wishes for it, and resolves when everything has stopped. */
  request(): Promise<void>
  /** Says that everything has stopped. */
  done(): void
}

/** Listens to signals until `done`. The first one asks, the second one insists. */
export function shutdownOn(signals: Signals): Shutdown {
  const requested = Promise.withResolvers<void>()
  const insisted = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  let count = 0
  const stopListening = signals(() => {
    requested.resolve()
    if (++count > 1) insisted.resolve()
  })
  return {
    requested: requested.promise,
    insisted: insisted.promise,
    request() {
      requested.resolve()
      return stopped.promise
    },
    done() {
      stopListening()
      stopped.resolve()
    },
  }
}
