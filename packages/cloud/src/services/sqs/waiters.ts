import type { Clock, Duration } from '@terrace/kit'

/** One receive that waits for messages. */
interface Waiter<Request, Result> {
  readonly request: Request
  readonly finish: (result: Result) => void
  readonly fail: (error: unknown) => void
}

/** Receives that wait, in the order in which they came: who came first is served first. */
export class Waiters<Request, Result> {
  readonly #clock: Clock
  readonly #waiting = new Set<Waiter<Request, Result>>()
  #serving = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get length(): number {
    return this.#waiting.size
  }

  /** Resolves when it is served, and with `nothing` when the time is over or whoever asked has gone. */
  wait(request: Request, most: Duration, nothing: Result, gone?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      const giveUp = () => waiter.finish(nothing)
      const stop = this.#clock.after(most, giveUp)
      gone?.addEventListener('abort', giveUp, { once: true })
      const end = () => {
        stop()
        gone?.removeEventListener('abort', giveUp)
        this.#waiting.delete(waiter)
      }
      const waiter: Waiter<Request, Result> = {
        request,
        finish(result) {
          end()
          resolve(result)
        },
        fail(error) {
          end()
          reject(error)
        },
      }
      this.#waiting.add(waiter)
    })
  }

  /**
   * Serves one after the other until there is nothing left. Within a turn of it nothing happens: a waiter would be served
   * twice, and lose what it was given first.
   *
   * @param take  nothing when there is nothing for this one
   */
  serve(take: (request: Request) => Result | undefined): void {
    if (this.#serving) return
    this.#serving = true
    try {
      for (const waiter of [...this.#waiting]) if (!serveOne(waiter, take)) return
    } finally {
      this.#serving = false
    }
  }

  /** Nobody waits any longer. */
  end(nothing: Result): void {
    for (const waiter of [...this.#waiting]) waiter.finish(nothing)
  }
}

function serveOne<Request, Result>(
  { request, finish, fail }: Waiter<Request, Result>,
  take: (request: Request) => Result | undefined,
): boolean {
  try {
    const result = take(request)
    if (result === undefined) return false
    finish(result)
  } catch (error) {
    fail(error)
  }
  return true
}
