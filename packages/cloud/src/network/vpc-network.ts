import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HEX, type Random, type Stop, TerraceError } from '@terrace/kit'
import { type Architecture, getNode, nodesOf } from '@terrace/model'
import { contains, SubnetAddresses } from './addresses.ts'
import type { AttachRequest, Network, NetworkInterface, NetworkView, Verdict } from './network.ts'
import { type Ruling, ruleInside, ruleOutside } from './rules.ts'

/** An address of AWS's own ranges; what stands behind it is decided by name, never by this number. */
const AWS_PUBLIC_ADDRESS = '52.94.0.1'

const LAST_PORT = 65_535

/** Everything that listens does so on Unix sockets below one private folder; no port of the machine is taken. */
export class VpcNetwork implements Network {
  readonly #architecture: Architecture
  readonly #random: Random
  readonly #folder: string
  readonly #interfaces = new Map<string, NetworkInterface>()
  readonly #subnets: ReadonlyMap<string, SubnetAddresses>
  readonly #names = new Map<string, readonly string[]>()
  readonly #listeners = new Set<() => void>()
  readonly #boundaries: readonly number[]
  #version = 0

  /** @param folder  where the sockets go; its path must leave room for 30 characters of the 107 that Linux allows */
  constructor(architecture: Architecture, random: Random, folder: string) {
    this.#architecture = architecture
    this.#random = random
    this.#folder = folder
    this.#subnets = new Map(
      nodesOf(architecture, 'subnet').map(subnet => [subnet.id, new SubnetAddresses(subnet.cidr)]),
    )
    this.#boundaries = portBoundaries(architecture)
  }

  attach(request: AttachRequest): NetworkInterface {
    const subnet = getNode(this.#architecture, request.subnet, 'subnet')
    const addresses = this.#subnets.get(subnet.id)
    if (!addresses)
      throw new TerraceError('NETWORK_NO_SUBNET', `unknown subnet ${request.subnet}`, { blame: 'internal' })
    const hex = this.#random.text(17, HEX)
    const folder = join(this.#folder, hex.slice(0, 10))
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const attached: NetworkInterface = {
      id: `eni-${hex}`,
      owner: request.owner,
      subnet: subnet.id,
      zone: subnet.zone,
      securityGroups: request.securityGroups,
      address: addresses.take(),
      publicAddress: request.publicAddress ?? subnet.mapPublicIpOnLaunch,
      folder,
    }
    this.#interfaces.set(attached.id, attached)
    this.#changed()
    return attached
  }

  detach(id: string): void {
    const gone = this.#interfaces.get(id)
    if (!gone) return
    this.#interfaces.delete(id)
    this.#subnets.get(gone.subnet)?.release(gone.address)
    rmSync(gone.folder, { recursive: true, force: true })
    this.#changed()
  }

  socketOf(networkInterface: NetworkInterface, port: number): string {
    return join(networkInterface.folder, String(port))
  }

  setName(name: string, addresses: readonly string[]): void {
    if (addresses.length > 0) this.#names.set(name.toLowerCase(), addresses)
    else this.#names.delete(name.toLowerCase())
    this.#changed()
  }

  resolve(name: string): readonly string[] {
    return this.#names.get(name.toLowerCase()) ?? []
  }

  decide(from: NetworkInterface, address: string, port: number): Verdict {
    const target = [...this.#interfaces.values()].find(candidate => candidate.address === address)
    if (!target) return { kind: 'dropped', because: this.#whyNobody(from, address, port) }
    const ruling = ruleInside(this.#architecture, from, target, port)
    return ruling.allowed
      ? { kind: 'accepted', socket: this.socketOf(target, port), target }
      : { kind: 'dropped', because: ruling.because }
  }

  reachesAws(from: NetworkInterface): { reaches: true } | { reaches: false; because: string } {
    const ruling: Ruling = ruleOutside(this.#architecture, from, AWS_PUBLIC_ADDRESS, 443)
    return ruling.allowed ? { reaches: true } : { reaches: false, because: ruling.because }
  }

  viewOf(from: NetworkInterface): NetworkView {
    const reach: NetworkView['reach'][number][] = []
    for (const target of this.#interfaces.values()) {
      if (target.id === from.id) continue
      const ports = this.#portsBetween(from, target)
      if (ports.length > 0) reach.push({ address: target.address, folder: target.folder, ports })
    }
    return { version: this.#version, names: Object.fromEntries(this.#names), reach }
  }

  onChange(listener: () => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  // Rules change their answer only at the ports they name: one question for each stretch between two of those.
  #portsBetween(from: NetworkInterface, to: NetworkInterface): [number, number][] {
    const ranges: [number, number][] = []
    this.#boundaries.forEach((first, index) => {
      const last = (this.#boundaries[index + 1] ?? LAST_PORT + 1) - 1
      if (!ruleInside(this.#architecture, from, to, first).allowed) return
      const before = ranges.at(-1)
      if (before && before[1] === first - 1) before[1] = last
      else ranges.push([first, last])
    })
    return ranges
  }

  #whyNobody(from: NetworkInterface, address: string, port: number): string {
    const inside = nodesOf(this.#architecture, 'subnet').some(subnet => contains(subnet.cidr, address))
    if (inside) return `no interface has the address ${address}`
    const ruling = ruleOutside(this.#architecture, from, address, port)
    return ruling.allowed
      ? `${address} is outside the system: the local cloud has no internet behind it`
      : ruling.because
  }

  #changed(): void {
    this.#version++
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Every port at which some rule of the architecture begins or ends to match, in order, from 1. */
function portBoundaries(architecture: Architecture): number[] {
  const ports = [
    ...nodesOf(architecture, 'securityGroup').flatMap(group => [...group.ingress, ...group.egress]),
    ...nodesOf(architecture, 'networkAcl').flatMap(acl => [...acl.ingress, ...acl.egress]),
  ].flatMap(rule => (rule.ports ? [rule.ports[0], rule.ports[1] + 1] : []))
  const inRange = ports.filter(port => port > 1 && port <= LAST_PORT)
  return [...new Set([1, ...inRange])].sort((a, b) => a - b)
}
