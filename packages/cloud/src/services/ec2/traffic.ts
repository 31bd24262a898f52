import type { Stop } from '@terrace/kit'
import type { Network } from '../../network/network.ts'

/** Bytes in and out of an address. */
export interface Traffic {
  readonly received: number
  readonly sent: number
}

/** Counts what the network records, by private address. */
export class TrafficCounter {
  readonly #counts = new Map<string, Traffic>()
  readonly #stop: Stop

  constructor(network: Network) {
    this.#stop = network.onFlow(({ from, address, sent, received, accepted }) => {
      if (!accepted) return
      this.#add(from.address, { sent, received })
      this.#add(address, { sent: received, received: sent })
    })
  }

  /** What came together since the last time, and begins anew. */
  take(address: string): Traffic {
    const traffic = this.#counts.get(address)
    this.#counts.delete(address)
    return traffic ?? { sent: 0, received: 0 }
  }

  stop(): void {
    this.#stop()
  }

  #add(address: string, { sent, received }: Traffic): void {
    const before = this.#counts.get(address)
    this.#counts.set(address, {
      sent: (before?.sent ?? 0) + sent,
      received: (before?.received ?? 0) + received,
    })
  }
}
