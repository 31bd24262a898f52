import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HEX, type Random } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { PublicAddresses, SubnetAddresses } from './addresses.ts'
import type { AttachRequest, NetworkInterface } from './network.ts'
import type { Topology } from './topology.ts'

/** What an interface is in here: its groups can be replaced, and everybody who holds it sees that. */
type Attached = Omit<NetworkInterface, 'securityGroups'> & { securityGroups: readonly NodeId[] }

/** Every interface there is, found by id and by address. */
export class Interfaces {
  readonly #topology: Topology
  readonly #random: Random
  readonly #folder: string
  readonly #subnets: ReadonlyMap<NodeId, SubnetAddresses>
  readonly #publicAddresses: PublicAddresses
  readonly #all = new Map<string, Attached>()
  readonly #byAddress = new Map<string, Attached>()
  readonly #byPublicIp = new Map<string, Attached>()

  /** @param folder  where the sockets go; its path must leave room for 30 characters of the 107 that Linux allows */
  constructor(topology: Topology, random: Random, folder: string) {
    this.#topology = topology
    this.#random = random
    this.#folder = folder
    this.#subnets = new Map([...topology.subnets.values()].map(({ id, cidr }) => [id, new SubnetAddresses(cidr)]))
    this.#publicAddresses = new PublicAddresses(random)
  }

  get all(): readonly NetworkInterface[] {
    return [...this.#all.values()]
  }

  get(id: string): NetworkInterface | undefined {
    return this.#all.get(id)
  }

  /** The interface with a private address. differs: in one system no two VPCs may have the same ranges */
  at(address: string): NetworkInterface | undefined {
    return this.#byAddress.get(address)
  }

  atPublic(address: string): NetworkInterface | undefined {
    return this.#byPublicIp.get(address)
  }

  attach(request: AttachRequest): NetworkInterface {
    const subnet = this.#topology.subnet(request.subnet)
    const address = this.#subnets.get(subnet.id)?.take(request.address) ?? ''
    const hex = this.#random.text(17, HEX)
    const folder = join(this.#folder, hex.slice(0, 10))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const wantsPublic = request.publicIp !== undefined || (request.publicAddress ?? subnet.mapPublicIpOnLaunch)
    const publicIp = wantsPublic ? this.#publicAddresses.take(request.publicIp) : undefined
    const attached: Attached = {
      id: `eni-${hex}`,
      owner: request.owner,
      subnet: subnet.id,
      zone: subnet.zone,
      securityGroups: request.securityGroups,
      address,
      publicAddress: wantsPublic,
      ...(publicIp === undefined ? {} : { publicIp }),
      type: request.type ?? (request.announce ? 'loadBalancer' : 'interface'),
      announce: request.announce ?? false,
      folder,
    }
    this.#all.set(attached.id, attached)
    this.#byAddress.set(address, attached)
    if (publicIp !== undefined) this.#byPublicIp.set(publicIp, attached)
    return attached
  }

  /** The interface that is gone; nothing when there was none. */
  detach(id: string): NetworkInterface | undefined {
    const gone = this.#all.get(id)
    if (!gone) return undefined
    this.#all.delete(id)
    this.#byAddress.delete(gone.address)
    this.#subnets.get(gone.subnet)?.release(gone.address)
    if (gone.publicIp !== undefined) {
      this.#byPublicIp.delete(gone.publicIp)
      this.#publicAddresses.release(gone.publicIp)
    }
    rmSync(gone.folder, { recursive: true, force: true })
    return gone
  }

  setGroups(id: string, groups: readonly NodeId[]): void {
    const attached = this.#all.get(id)
    if (attached) attached.securityGroups = groups
  }
}
