import type { World } from '../../../world.ts'
import { LimitExceeded } from '../errors.ts'
import { parsePattern } from '../filter-pattern/pattern.ts'
import { MOST_LIVE_TAILS } from '../limits.ts'
import type { LogsState } from '../state.ts'
import { initialResponse, wireMessage } from './event-stream.ts'
import type { LiveTailRequest } from './messages.ts'
import { LiveTailSession, type SessionOptions } from './session.ts'

/** The live tails of one cloud. They go by the machine's own time: somebody watches them. */
export class LiveTails {
  readonly #state: Pick<LogsState, 'onIngested'>
  readonly #world: Pick<World, 'realtime' | 'random'>
  readonly #open = new Set<LiveTailSession>()

  constructor(state: Pick<LogsState, 'onIngested'>, world: Pick<World, 'realtime' | 'random'>) {
    this.#state = state
    this.#world = world
  }

  /**
   * Makes ready a live tail; it begins when somebody reads.
   *
   * @param groups  names of the groups, with the ARN that each was asked for by
   * @returns the bytes of an event stream
   * @throws InvalidParameter for a pattern that is none, LimitExceeded
   */
  start(request: LiveTailRequest, groups: ReadonlyMap<string, string>, requestId: string): AsyncIterable<Uint8Array> {
    const pattern = parsePattern(request.logEventFilterPattern ?? '')
    if (this.#open.size >= MOST_LIVE_TAILS) {
      throw new LimitExceeded(`There can be at most ${MOST_LIVE_TAILS} Live Tail sessions at once.`)
    }
    const { realtime: clock, random } = this.#world
    const begin = () => this.#begin({ request, groups, pattern, requestId, clock, random })
    return { [Symbol.asyncIterator]: begin }
  }

  /** Ends them all. */
  stop(): void {
    for (const session of this.#open) session.end()
  }

  #begin(options: SessionOptions): AsyncIterator<Uint8Array> {
    const session = new LiveTailSession(options)
    this.#open.add(session)
    const stop = this.#state.onIngested(ingested => session.offer(ingested))
    const forget = () => {
      stop()
      this.#open.delete(session)
    }
    const bytes = bytesOf(session, forget)
    return {
      next: () => bytes.next(),
      // A reader leaves while the session waits for the next second, or before anything was read at all.
      async return() {
        session.end()
        forget()
        return await bytes.return(undefined)
      },
    }
  }
}

async function* bytesOf(session: LiveTailSession, atEnd: () => void): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield initialResponse()
    for await (const message of session.messages()) yield wireMessage(message)
  } finally {
    atEnd()
  }
}
