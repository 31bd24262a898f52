// Loaded into workloads: imports nothing outside this folder.
import type { Socket } from 'node:net'
import type { Timers } from './timers.ts'

type Done = (error?: Error | null) => void

/** How much may be on its way in a delayed direction before the sender has to wait, in bytes. */
const WINDOW_BYTES = 1_048_576

interface Waiting {
  readonly due: number
  readonly run: () => void
}

/** What of a socket is Node's own; Pipes and TLS have the same. */
interface Handle {
  reading?: boolean
  readStart?(): void
  readStop?(): void
}

/**
 * Holds back or delays what a connection carries, in both directions, without closing it: what a fault or a network ACL
 * does to a connection that stands. A connection without a gate costs nothing; the first disturbance installs one.
 */
export class Gate {
  readonly #streams: readonly Socket[]
  readonly #timers: Timers
  readonly #outgoing: Waiting[] = []
  readonly #incoming: Waiting[] = []
  readonly #pumping = new Set<Waiting[]>()
  #held = false
  #delay: readonly [number, number] = [0, 0]
  #inFlight = 0

  /** @param streams  the socket, and the TLS socket around it when there is one */
  constructor(streams: readonly Socket[], timers: Timers) {
    this.#streams = streams
    this.#timers = timers
    for (const stream of streams) this.#install(stream, stream === streams.at(-1))
  }

  setHeld(held: boolean): void {
    if (this.#held === held) return
    this.#held = held
    const handle = this.#handle()
    if (held) return handle?.readStop?.()
    this.#pump(this.#outgoing)
    this.#pump(this.#incoming)
    handle?.readStart?.()
  }

  setDelay([delay, jitter]: readonly [number, number]): void {
    this.#delay = [delay, jitter]
  }

  #install(stream: Socket, outermost: boolean): void {
    // What belongs to the class; a socket's own properties hide it from now on.
    const { _write, _writev, _final, _read, push } = stream
    const own = {
      _write: (chunk: Buffer, encoding: BufferEncoding, done: Done) => {
        this.#send(chunk.length, done, after => Reflect.apply(_write, stream, [chunk, encoding, after]), outermost)
      },
      ...(_writev
        ? {
            _writev: (chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done) => {
              const bytes = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0)
              this.#send(bytes, done, after => Reflect.apply(_writev, stream, [chunks, after]), outermost)
            },
          }
        : {}),
      _final: (done: Done) => {
        this.#enqueue(this.#outgoing, outermost, () => Reflect.apply(_final, stream, [done]))
      },
      _read: (size: number) => {
        if (!this.#held) Reflect.apply(_read, stream, [size])
      },
      push: (chunk: unknown, encoding?: BufferEncoding) => {
        if (this.#isOpen(this.#incoming)) return Reflect.apply(push, stream, [chunk, encoding])
        this.#enqueue(this.#incoming, outermost, () => {
          if (stream.destroyed || Reflect.apply(push, stream, [chunk, encoding])) return
          const handle = this.#handle()
          if (handle) handle.reading = false
          handle?.readStop?.()
        })
        return true
      },
    }
    Object.assign(stream, own)
  }

  #send(bytes: number, done: Done, write: (after: Done) => void, outermost: boolean): void {
    if (this.#isOpen(this.#outgoing)) return write(done)
    // A held connection takes nothing more; a delayed one takes what fits on its way.
    const early = !this.#held && outermost && this.#inFlight + bytes <= WINDOW_BYTES
    this.#inFlight += bytes
    this.#enqueue(this.#outgoing, outermost, () => {
      this.#inFlight -= bytes
      const [stream] = this.#streams
      write(early ? error => void (error && stream?.destroy(error)) : done)
    })
    if (early) queueMicrotask(() => done())
  }

  #enqueue(queue: Waiting[], delayed: boolean, run: () => void): void {
    const [delay, jitter] = this.#delay
    const extra = delayed ? Math.max(0, delay + (this.#timers.random() * 2 - 1) * jitter) : 0
    queue.push({ due: Math.max(queue.at(-1)?.due ?? 0, this.#timers.now() + extra), run })
    this.#pump(queue)
  }

  #pump(queue: Waiting[]): void {
    while (!this.#held && !this.#pumping.has(queue)) {
      const [next] = queue
      if (!next) return
      const wait = next.due - this.#timers.now()
      if (wait > 0) {
        this.#pumping.add(queue)
        this.#timers.after(wait, () => {
          this.#pumping.delete(queue)
          this.#pump(queue)
        })
        return
      }
      queue.shift()
      next.run()
    }
  }

  #isOpen(queue: readonly Waiting[]): boolean {
    return !this.#held && queue.length === 0 && this.#delay[0] === 0 && this.#delay[1] === 0
  }

  #handle(): Handle | undefined {
    const handle: unknown = Reflect.get(this.#streams[0] ?? {}, '_handle')
    return typeof handle === 'object' && handle !== null ? (handle as Handle) : undefined
  }
}
