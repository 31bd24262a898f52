import { type Distribution, type DistributionOrigin, nodesOf } from '@terrace/model'
import type { OriginAddress } from '../../dataplane/cdn/origin-way.ts'
import { CLOUDFRONT_ADDRESS } from '../../network/prefix-lists.ts'
import type { DataPlane, Network, NetworkInterface } from '../../ports.ts'
import type { World } from '../../world.ts'

/** Whether any of its origins is reached over the network. */
export const hasCustomOrigins = ({ origins }: Distribution): boolean =>
  origins.some(({ target }) => target.kind === 'custom')

/**
 * Tells the data plane where the names of custom origins lead to, as they resolve on the internet, and the ways there, as
 * the network decides for connections of CloudFront.
 *
 * @see CloudFront Developer Guide, "Use the CloudFront managed prefix list": a security group lets CloudFront in by
 * `com.amazonaws.global.cloudfront.origin-facing`
 */
export class OriginBook {
  readonly #world: World
  readonly #network: Network
  readonly #dataPlane: DataPlane
  readonly #authorities: readonly string[]
  readonly #told = new Map<string, string>()
  readonly #noted = new Map<string, string>()

  /** @param authorities  PEM: whose certificates CloudFront trusts */
  constructor(world: World, network: Network, dataPlane: DataPlane, authorities: readonly string[]) {
    this.#world = world
    this.#network = network
    this.#dataPlane = dataPlane
    this.#authorities = authorities
  }

  /** Looks again, and tells what has changed. */
  update(): void {
    for (const { id, origins } of nodesOf(this.#world.architecture, 'distribution')) {
      const found = origins.flatMap(origin => {
        const addresses = this.#addressesOf(origin)
        return addresses.length > 0 ? [[origin.id, addresses] as const] : []
      })
      const text = JSON.stringify(found)
      if (text === (this.#told.get(id) ?? '[]')) continue
      this.#told.set(id, text)
      const ways = {
        addresses: Object.fromEntries(found),
        authorities: this.#authorities,
        source: CLOUDFRONT_ADDRESS,
      }
      this.#dataPlane.send({ type: 'origins', distribution: id, ways })
    }
  }

  #addressesOf({ domainName, target }: DistributionOrigin): readonly OriginAddress[] {
    if (target.kind !== 'custom') return []
    const { protocol, httpPort, httpsPort } = target
    const ports =
      protocol === 'http-only' ? [httpPort] : protocol === 'https-only' ? [httpsPort] : [httpPort, httpsPort]
    return this.#network.resolve(domainName.toLowerCase()).map(address => {
      const there = this.#network.interfaces().find(({ publicIp }) => publicIp === address)
      const sockets = ports.map(port => [port, there ? this.#wayTo(domainName, there, port) : null])
      return { address, sockets: Object.fromEntries(sockets), announce: there?.announce ?? false }
    })
  }

  #wayTo(domainName: string, there: NetworkInterface, port: number): string | null {
    const verdict = this.#network.decideFromOutside(CLOUDFRONT_ADDRESS, there, port)
    const place = `${domainName} ${there.id} ${port}`
    if (verdict.kind === 'accepted') {
      this.#noted.delete(place)
      return verdict.socket
    }
    // That a zone is silent is said elsewhere.
    if (this.#world.zones.isUp(there.zone)) this.#note(place, domainName, there, port, verdict.because)
    return null
  }

  #note(place: string, domainName: string, there: NetworkInterface, port: number, because: string): void {
    if (this.#noted.get(place) === because) return
    this.#noted.set(place, because)
    const address = there.publicIp ?? there.address
    const message = `CloudFront gets no answer from ${domainName} (${address}) at port ${port}: ${because}`
    this.#world.journal.write({ kind: 'network.dropped', message, details: { address, port } })
  }
}
