import type { ManagedProcess } from '../../processes/supervisor.ts'
import type { World } from '../../world.ts'
import { heartbeat, type Loss } from './heartbeat.ts'
import { describeExit } from './mariadb/server.ts'
import type { Seat } from './seat.ts'

/** How a server was lost. */
export type LossCause = Loss | { readonly kind: 'exit'; readonly words: string }

/** Looks after the servers of an instance, and tells of each once when it is lost. */
export class Watch {
  readonly #world: World
  readonly #onLost: (seat: Seat, process: ManagedProcess, cause: LossCause) => void
  readonly #watched = new Map<Seat, { readonly process: ManagedProcess; readonly stop: () => void }>()

  constructor(world: World, onLost: (seat: Seat, process: ManagedProcess, cause: LossCause) => void) {
    this.#world = world
    this.#onLost = onLost
  }

  begin(seat: Seat, role: 'primary' | 'standby', process: ManagedProcess): void {
    const { zones, realtime } = this.#world
    const stop = heartbeat({
      clock: realtime,
      // Nothing reaches a zone that has stopped, and nothing comes from it.
      probe: () => (zones.isUp(seat.zone) ? seat.member.probe(role) : new Promise(() => {})),
      onLost: loss => this.#onLost(seat, process, loss),
    })
    this.#watched.set(seat, { process, stop })
    void process.exited.then(exit => this.#onLost(seat, process, { kind: 'exit', words: describeExit(exit) }))
  }

  /** Whether that run of the server is still looked after: a loss that was told late counts no more. */
  covers(seat: Seat, process: ManagedProcess): boolean {
    return this.#watched.get(seat)?.process === process
  }

  end(seat: Seat): void {
    this.#watched.get(seat)?.stop()
    this.#watched.delete(seat)
  }

  endAll(): void {
    for (const { stop } of this.#watched.values()) stop()
    this.#watched.clear()
  }
}
