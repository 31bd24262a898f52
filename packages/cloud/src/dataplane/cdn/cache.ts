import type { StoredResponse } from './stored-response.ts'
import { sizeOf } from './stored-response.ts'

/**
 * Answers in memory, within a number of bytes: those unused for longest make room. Expired ones stay, to be confirmed by
 * the origin or to stand in for it.
 */
export class Cache {
  readonly #limitBytes: number
  // Maps keep the order of insertion: the first entry is the one unused for longest.
  readonly #entries = new Map<string, { response: StoredResponse; size: number }>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get entries(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): StoredResponse | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.response
  }

  /** Replaces what the key had. */
  set(response: StoredResponse): void {
    const key = response.key.text
    this.delete(key)
    const size = sizeOf(response)
    if (size > this.#limitBytes) return
    this.#entries.set(key, { response, size })
    this.#bytes += size
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limitBytes) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.size
  }

  /** Forgets every variant of the paths that pass. */
  invalidate(passes: (path: string) => boolean): void {
    for (const [key, { response }] of this.#entries) {
      if (passes(response.key.path)) this.delete(key)
    }
  }
}
