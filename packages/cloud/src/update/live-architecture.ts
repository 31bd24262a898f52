import type { Architecture } from '@terrace/model'

/**
 * The architecture of a running system. Who keeps it sees the new one after an update, as long as it reads the nodes when
 * it needs them; what was copied out of it at the start is brought up to date by the service's `updates`.
 */
export class LiveArchitecture implements Architecture {
  #current: Architecture

  constructor(first: Architecture) {
    this.#current = first
  }

  /** The one that holds now, which never changes. */
  get current(): Architecture {
    return this.#current
  }

  /** From now on another one holds. */
  become(next: Architecture): void {
    this.#current = next
  }

  get name(): string {
    return this.#current.name
  }

  get region(): string {
    return this.#current.region
  }

  get account(): string {
    return this.#current.account
  }

  get zones(): Architecture['zones'] {
    return this.#current.zones
  }

  get stacks(): Architecture['stacks'] {
    return this.#current.stacks
  }

  get nodes(): Architecture['nodes'] {
    return this.#current.nodes
  }

  get dependencies(): Architecture['dependencies'] {
    return this.#current.dependencies
  }

  get gaps(): Architecture['gaps'] {
    return this.#current.gaps
  }
}
