import { join } from 'node:path'
import type { Clock, Random, Stop } from '@terrace/kit'
import type { Architecture, NodeId } from '@terrace/model'
import type { Journal } from '../journal.ts'
import { PublicAddresses } from './addresses.ts'
import { type Crossing, Decisions } from './decisions.ts'
import { type DroppedConnection, droppedNote } from './drops.ts'
import { covers, FaultState } from './faults.ts'
import { FixedInterfaces } from './fixed-interfaces.ts'
import { Interfaces } from './interfaces.ts'
import { Matcher } from './matching.ts'
import { NameBook } from './names.ts'
import type {
  AttachRequest,
  Doors,
  Dropped,
  FaultScope,
  Flow,
  NamedZone,
  Network,
  NetworkChange,
  NetworkInterface,
  ProxyPort,
  Relay,
  Verdict,
  WayToAws,
} from './network.ts'
import { prefixLists } from './prefix-lists.ts'
import type { NetworkView } from './process/view.ts'
import { AWS_PORTS, Reaching } from './reaching.ts'
import { Relays } from './relay/relays.ts'
import { Routing } from './routing.ts'
import { RuleState } from './rule-state.ts'
import { Topology } from './topology.ts'
import { Views } from './views.ts'

/** What a network is made from. */
export interface VpcNetworkOptions {
  readonly architecture: Architecture
  readonly random: Random
  /** Where the sockets go; its path must leave room for 30 characters of the 107 that Linux allows. */
  readonly folder: string
  /** Of the flows that are recorded. */
  readonly clock: Clock
  /** Says what is dropped, where nobody else does. */
  readonly journal?: Journal
}

/** Everything that listens does so on Unix sockets below one private folder; no port of the machine is taken. */
export class VpcNetwork implements Network {
  readonly clock: Clock
  readonly rules: RuleState
  readonly faults: FaultState
  readonly #journal: Journal | undefined
  readonly #architecture: Architecture
  readonly #topology: Topology
  readonly #interfaces: Interfaces
  readonly #names: NameBook
  readonly #decisions: Decisions
  readonly #reaching: Reaching
  readonly #views: Views
  readonly #relays: Relays
  readonly #fixed: FixedInterfaces
  readonly #doors = new Map<string, Doors>()
  readonly #outside = new Map<string, Readonly<Record<number, string>>>()
  readonly #outsideAddresses: PublicAddresses
  readonly #listeners = new Set<(change: NetworkChange) => void>()
  readonly #flowListeners = new Set<(flow: Flow) => void>()
  readonly #dropsNoted = new Set<string>()
  #version = 0

  constructor({ architecture, random, folder, clock, journal }: VpcNetworkOptions) {
    this.clock = clock
    this.#journal = journal
    this.#architecture = architecture
    const topology = new Topology(architecture)
    const interfaces = new Interfaces(topology, random, folder)
    const changed = () => this.#changed({ kind: 'rules' })
    const rules = new RuleState(architecture, (id, groups) => interfaces.setGroups(id, groups), changed)
    const faults = new FaultState(changed, scope => this.#cut(scope))
    const matcher = new Matcher(prefixLists(architecture))
    const routing = new Routing(topology, rules, matcher)
    const fixed = new FixedInterfaces(architecture, topology, interfaces)
    const outside = this.#outside
    this.#fixed = fixed
    this.rules = rules
    this.faults = faults
    this.#topology = topology
    this.#interfaces = interfaces
    this.#names = new NameBook(architecture.region)
    this.#outsideAddresses = new PublicAddresses(random)
    this.#decisions = new Decisions({
      topology,
      interfaces,
      rules,
      routing,
      matcher,
      faults,
      natInterfaces: fixed.natGateways,
      isOutside: address => outside.has(address),
    })
    const endpointOf = (id: string) => fixed.endpointOf(id)
    this.#reaching = new Reaching({
      decisions: this.#decisions,
      interfaces,
      rules,
      matcher,
      faults,
      endpointOf,
      outside,
    })
    this.#views = new Views({
      topology,
      reaching: this.#reaching,
      names: this.#names,
      faults,
      version: () => this.#version,
      doorsOf: id => this.doorsOf(id),
    })
    this.#relays = new Relays(this, join(folder, 'relays'))
    this.#nameEndpoints()
  }

  attach(request: AttachRequest): NetworkInterface {
    const attached = this.#interfaces.attach(request)
    if (this.#namePublicly(attached, attached.address)) this.#changed({ kind: 'names' })
    this.#changed({ kind: 'attached', networkInterface: attached })
    return attached
  }

  detach(id: string): void {
    const gone = this.#interfaces.detach(id)
    if (!gone) return
    this.#doors.delete(id)
    if (this.#namePublicly(gone)) this.#changed({ kind: 'names' })
    this.#changed({ kind: 'detached', networkInterface: gone })
  }

  interfaces(): readonly NetworkInterface[] {
    return this.#interfaces.all
  }

  socketOf(networkInterface: NetworkInterface, port: number): string {
    return join(networkInterface.folder, String(port))
  }

  loopbackSocketOf(networkInterface: NetworkInterface, port: number): string {
    return join(networkInterface.folder, `lo-${port}`)
  }

  setName(name: string, addresses: readonly string[], options: { readonly vpc?: NodeId } = {}): void {
    this.#names.set(name, addresses, options.vpc)
    this.#changed({ kind: 'names' })
  }

  setZone(zone: NamedZone): void {
    this.#names.setZone(zone)
    this.#changed({ kind: 'names' })
  }

  setOutside(name: string, sockets: Readonly<Record<number, string>>): void {
    const [known] = this.#names.resolve(name, undefined)
    const address = known ?? this.#outsideAddresses.take()
    this.#outside.set(address, sockets)
    this.#names.set(name, [address])
    this.#changed({ kind: 'names' })
    this.#changed({ kind: 'rules' })
  }

  resolve(name: string, from?: NetworkInterface): readonly string[] {
    return this.#names.resolve(name, from && this.#topology.vpcOf(from.subnet))
  }

  decide(from: NetworkInterface, address: string, port: number): Verdict {
    const target = this.#interfaces.at(address)
    if (target?.id === from.id) return this.#accepted(this.socketOf(target, port), from.address, target)
    const crossing = target ? this.#decisions.inside(from, target, port) : this.#decisions.outside(from, address, port)
    const [obstacle] = crossing.obstacles
    if (obstacle) return { kind: 'dropped', because: obstacle.because(), stage: obstacle.stage }
    const source = crossing.source === 'public' ? (from.publicIp ?? from.address) : crossing.source
    const endpoint = target && this.#fixed.endpointOf(target.id)
    if (endpoint !== undefined) return this.#throughDoor(from, endpoint, port, source, target)
    const receiver = target ?? this.#interfaces.atPublic(address)
    if (receiver) return this.#accepted(this.socketOf(receiver, port), source, receiver)
    const sockets = this.#outside.get(address)
    const socket = sockets?.[port]
    if (socket !== undefined) return this.#accepted(socket, source)
    if (sockets) return dropped(`nothing answers there on TCP ${port}`)
    return this.#throughDoor(from, crossing.endpoint ?? 'aws', port, source)
  }

  decideFromOutside(source: string, to: NetworkInterface, port: number): Verdict {
    const [obstacle] = this.#decisions.arrival(source, to, port).obstacles
    if (obstacle) return { kind: 'dropped', because: obstacle.because(), stage: obstacle.stage }
    return this.#accepted(this.socketOf(to, port), source, to)
  }

  /** What is in the way of a connection, for flow logs; doors are not asked. */
  crossing(from: NetworkInterface, address: string, port: number): Crossing {
    const target = this.#interfaces.at(address)
    return target ? this.#decisions.inside(from, target, port) : this.#decisions.outside(from, address, port)
  }

  wayToAws(from: NetworkInterface, host: string): WayToAws {
    const addresses = this.resolve(host, from)
    let because = `${host} does not resolve`
    if (this.#topology.vpcOf(from.subnet)?.dnsSupport === false) because += ': its VPC has no DNS support'
    for (const address of addresses) {
      const crossing = this.crossing(from, address, 443)
      const [obstacle] = crossing.obstacles
      const endpoint = this.#fixed.endpointOf(this.#interfaces.at(address)?.id ?? '') ?? crossing.endpoint
      if (!obstacle) return { reaches: true, ...(endpoint === undefined ? {} : { endpoint }) }
      because = obstacle.because()
    }
    return { reaches: false, because }
  }

  setDoors(interfaceId: string, doors: Doors): void {
    this.#doors.set(interfaceId, doors)
    this.#version++
    this.#views.doorsChanged(interfaceId)
  }

  doorsOf(interfaceId: string): Doors {
    return this.#doors.get(interfaceId) ?? {}
  }

  record(flow: Flow): void {
    for (const listener of [...this.#flowListeners]) listener(flow)
  }

  onFlow(listener: (flow: Flow) => void): Stop {
    this.#flowListeners.add(listener)
    return () => this.#flowListeners.delete(listener)
  }

  viewOf(from: NetworkInterface): NetworkView {
    return this.#views.viewOf(from)
  }

  subscribe(networkInterface: NetworkInterface, send: (line: string) => void): Stop {
    return this.#views.subscribe(networkInterface, send)
  }

  // Clients try again and again; a reason is worth saying once.
  noteDropped(from: NetworkInterface, dropped: DroppedConnection): void {
    const note = droppedNote(from, dropped)
    if (this.#dropsNoted.has(note.message)) return
    this.#dropsNoted.add(note.message)
    this.#journal?.write(note)
  }

  onChange(listener: (change: NetworkChange) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  openRelay(from: NetworkInterface, host: string, port: number): Promise<Relay> {
    return this.#relays.openRelay(from, host, port)
  }

  openProxy(from: NetworkInterface): Promise<ProxyPort> {
    return this.#relays.openProxy(from)
  }

  async stop(): Promise<void> {
    await this.#relays.stop()
    this.#listeners.clear()
    this.#flowListeners.clear()
  }

  #accepted(socket: string, source: string, target?: NetworkInterface): Verdict {
    return { kind: 'accepted', socket, source, ...(target ? { target } : {}) }
  }

  #throughDoor(from: NetworkInterface, door: string, port: number, source: string, target?: NetworkInterface): Verdict {
    const doors = this.doorsOf(from.id)
    const socket = door === 'aws' ? doors.aws : doors.endpoints?.[door]
    if (AWS_PORTS.includes(port) && socket !== undefined) return this.#accepted(socket, source, target)
    const because = AWS_PORTS.includes(port)
      ? `${from.owner} has no door to AWS`
      : `AWS answers on TCP ${AWS_PORTS.join(' and ')} alone, not on ${port}`
    return dropped(because)
  }

  // DNS leaves out what doesn't answer.
  #nameEndpoints(): void {
    this.#fixed.nameEndpoints(this.#names, attached => !this.faults.isBlackholed(attached))
  }

  /** The public name of an instance, which resolves to its private address inside. Whether it has one. */
  #namePublicly({ publicIp, subnet, type }: NetworkInterface, address?: string): boolean {
    const vpc = this.#topology.vpcOf(subnet)
    if (publicIp === undefined || type !== 'interface' || !vpc?.dnsHostnames) return false
    const { region } = this.#architecture
    const domain = region === 'us-east-1' ? 'compute-1' : `${region}.compute`
    const name = `ec2-${publicIp.replaceAll('.', '-')}.${domain}.amazonaws.com`
    this.#names.set(name, address === undefined ? [] : [address], vpc.id)
    this.#names.set(name, address === undefined ? [] : [publicIp])
    return true
  }

  #cut(scope: FaultScope): void {
    const addresses = this.#interfaces.all
      .filter(networkInterface => covers(scope, networkInterface))
      .flatMap(({ address, publicIp }) => (publicIp === undefined ? [address] : [address, publicIp]))
    this.#views.cut(scope, addresses)
  }

  #changed(change: NetworkChange): void {
    this.#version++
    if (change.kind === 'rules') {
      this.#reaching.rulesChanged()
      if (this.#fixed.hasEndpoints) {
        this.#nameEndpoints()
        this.#views.changed({ kind: 'names' })
      }
    }
    this.#views.changed(change)
    for (const listener of [...this.#listeners]) listener(change)
  }
}

const dropped = (because: string): Dropped => ({ kind: 'dropped', because, stage: 'route' })
