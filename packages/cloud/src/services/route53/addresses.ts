import { nodesOf, type RecordSet } from '@terrace/model'
import type { PublicAddress } from '../../dataplane/messages.ts'
import type { DataPlane, Network } from '../../ports.ts'
import type { World } from '../../world.ts'
import { answered } from './named-zones.ts'
import { addressNames, plain } from './public-names.ts'

/** Whoever comes in at the public entrance: an address of the internet that is nobody's. */
const VIEWER = '203.0.113.1'

/** The ports that the public entrance stands for. */
const PORTS = [443, 80]

/** How many healthy records a multivalue answer has at most. @see Route 53 Developer Guide "Multivalue answer routing" */
const MOST = 8

/** Tells the public entrance which addresses names stand for, and the way to them as the network is now. */
export class AddressBook {
  readonly #world: World
  readonly #network: Network
  readonly #dataPlane: DataPlane
  readonly #isHealthy: (check: string) => boolean
  readonly #records: ReadonlyMap<string, readonly RecordSet[]>
  readonly #told = new Map<string, string>()

  constructor(world: World, network: Network, dataPlane: DataPlane, isHealthy: (check: string) => boolean) {
    this.#world = world
    this.#network = network
    this.#dataPlane = dataPlane
    this.#isHealthy = isHealthy
    const records = nodesOf(world.architecture, 'recordSet').filter(({ type }) => type === 'A')
    this.#records = new Map(
      addressNames(world.architecture).map(name => [name, records.filter(record => plain(record.name) === name)]),
    )
  }

  /** Looks again, and tells what has changed. */
  update(): void {
    for (const [name, records] of this.#records) {
      const values = answered(records, this.#isHealthy).flatMap(({ target }) =>
        target.kind === 'values' ? target.values : [],
      )
      const ways = values.slice(0, MOST).map(address => this.#wayTo(address))
      const addresses = ways.map(({ address, sockets }) => ({ address, sockets }))
      const text = JSON.stringify(addresses)
      if (text === this.#told.get(name)) continue
      this.#told.set(name, text)
      this.#dataPlane.send({ type: 'addresses', name, addresses })
      for (const { address, denied } of ways) {
        for (const { port, because } of denied) this.#note(name, address, port, because)
      }
    }
  }

  #wayTo(address: string): Way {
    const there = this.#network.interfaces().find(({ publicIp }) => publicIp === address)
    if (!there) return { address, sockets: Object.fromEntries(PORTS.map(port => [port, null])), denied: [] }
    const verdicts = PORTS.map(port => [port, this.#network.decideFromOutside(VIEWER, there, port)] as const)
    const sockets = verdicts.map(([port, verdict]) => [port, verdict.kind === 'accepted' ? verdict.socket : null])
    // That a zone is silent is said elsewhere.
    const isUp = this.#world.zones.isUp(there.zone)
    const denied = verdicts.flatMap(([port, verdict]) =>
      verdict.kind === 'dropped' && isUp ? [{ port, because: verdict.because }] : [],
    )
    return { address, sockets: Object.fromEntries(sockets), denied }
  }

  #note(name: string, address: string, port: number, because: string): void {
    const message = `nobody outside gets an answer from ${name} (${address}) at port ${port}: ${because}`
    this.#world.journal.write({ kind: 'network.dropped', message, details: { address, port } })
  }
}

interface Way extends PublicAddress {
  readonly denied: readonly { readonly port: number; readonly because: string }[]
}
