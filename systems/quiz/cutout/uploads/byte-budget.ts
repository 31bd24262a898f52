/** How many bytes are held at once, over all requests. */
export class ByteBudget {
  readonly #limit: number
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get held(): number {
    return this.#held
  }

  lease(): ByteLease {
    let bytes = 0
    return {
      grow: more => {
        if (this.#held + more > this.#limit) return false
        this.#held += more
        bytes += more
        return true
      },
      release: () => {
        this.#held -= bytes
        bytes = 0
      },
    }
  }
}

/** What one request holds of the budget. */
export interface ByteLease {
  /** False, and nothing taken, when there is no room for more. */
  grow(bytes: number): boolean
  /** Gives all of it back; again, does nothing. */
  release(): void
}
