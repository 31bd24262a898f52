import type { Stop } from '@terrace/kit'
import type { NodeId, Vpc } from '@terrace/model'
import { covers, type FaultState } from './faults.ts'
import type { NameBook } from './names.ts'
import type { Doors, FaultScope, NetworkChange, NetworkInterface } from './network.ts'
import {
  type DnsView,
  LINK_PROTOCOL,
  type NetworkView,
  type Reach,
  type ToProcess,
  type ViewDiff,
} from './process/view.ts'
import type { Reaching } from './reaching.ts'
import type { Topology } from './topology.ts'

/** One who is kept up to date. */
interface Subscriber {
  readonly networkInterface: NetworkInterface
  readonly send: (line: string) => void
}

/** Subscribers of one class: what one was told, all were. */
interface Group {
  readonly members: Set<Subscriber>
  readonly sample: NetworkInterface
  /** What they were told of each address, as text. */
  readonly told: Map<string, string>
  dns: DnsView | undefined
  blackholed: boolean
}

/** What the views are made from. */
export interface ViewParts {
  readonly topology: Topology
  readonly reaching: Reaching
  readonly names: NameBook
  readonly faults: FaultState
  readonly version: () => number
  readonly doorsOf: (interfaceId: string) => Doors
}

/**
 * What each interface may reach, and the news of it. Interfaces of one class are told the same line, so that a change
 * costs one reckoning for a class and one write for a subscriber, however many addresses there are.
 */
export class Views {
  readonly #parts: ViewParts
  #groups = new Map<string, Group>()
  #dns = new Map<NodeId, DnsView | undefined>()

  constructor(parts: ViewParts) {
    this.#parts = parts
  }

  viewOf(from: NetworkInterface): NetworkView {
    const dns = this.#dnsOf(from)
    const { address, publicIp, id } = from
    return {
      version: this.#parts.version(),
      own: { address, ...(publicIp === undefined ? {} : { publicIp }) },
      ...(dns ? { dns } : {}),
      reach: [...this.#parts.reaching.all(from).values()].filter(isOpen),
      doors: flatDoors(this.#parts.doorsOf(id)),
      ...(this.#parts.faults.isBlackholed(from) ? { blackholed: true } : {}),
    }
  }

  /** Sends the view at once, then what is new, one line at a time. */
  subscribe(networkInterface: NetworkInterface, send: (line: string) => void): Stop {
    const subscriber = { networkInterface, send }
    const view = this.viewOf(networkInterface)
    send(line({ protocol: LINK_PROTOCOL, view }))
    const key = this.#parts.reaching.classOf(networkInterface)
    const group = this.#groups.get(key) ?? {
      members: new Set(),
      sample: networkInterface,
      told: new Map(),
      dns: view.dns,
      blackholed: view.blackholed ?? false,
    }
    for (const reach of view.reach) group.told.set(reach.address, JSON.stringify(reach))
    group.members.add(subscriber)
    this.#groups.set(key, group)
    return () => {
      for (const other of this.#groups.values()) other.members.delete(subscriber)
    }
  }

  /** Tells everybody what a change means for them. */
  changed(change: NetworkChange): void {
    if (change.kind === 'names') this.#dns = new Map()
    this.#groups = new Map([...this.#groups].filter(([, { members }]) => members.size > 0))
    if (change.kind === 'rules') return this.#regroup()
    for (const group of this.#groups.values()) {
      if (change.kind === 'names') this.#tell(group, this.#newsOfNames(group))
      if (change.kind === 'attached') {
        const reaches = this.#parts.reaching.of(group.sample, change.networkInterface)
        this.#tell(group, this.#newsOfReach(group, reaches, []))
      }
      if (change.kind === 'detached') {
        const { address, publicIp } = change.networkInterface
        this.#tell(group, this.#newsOfReach(group, [], publicIp === undefined ? [address] : [address, publicIp]))
      }
    }
  }

  doorsChanged(interfaceId: string): void {
    const doors = flatDoors(this.#parts.doorsOf(interfaceId))
    for (const subscriber of this.#subscribers()) {
      if (subscriber.networkInterface.id !== interfaceId) continue
      subscriber.send(line({ version: this.#parts.version(), doors }))
    }
  }

  /** Tells those in the scope that all their connections are cut, and the others which of theirs. */
  cut(scope: FaultScope, addresses: readonly string[]): void {
    for (const { networkInterface, send } of this.#subscribers()) {
      send(line({ cut: covers(scope, networkInterface) ? 'all' : addresses }))
    }
  }

  // Rules may sort the interfaces anew: each old group is told, class by class, what is new for it.
  #regroup(): void {
    const groups = new Map<string, Group>()
    for (const old of this.#groups.values()) {
      for (const [key, members] of this.#byClass(old.members)) {
        const [sample] = [...members].map(({ networkInterface }) => networkInterface)
        if (!sample) continue
        const group: Group = { ...old, members, sample, told: new Map(old.told) }
        const all = this.#parts.reaching.all(sample)
        const gone = [...group.told.keys()].filter(address => !all.has(address))
        const blackholed = this.#parts.faults.isBlackholed(sample)
        const news = {
          ...this.#newsOfReach(group, [...all.values()], gone),
          ...(blackholed === group.blackholed ? {} : { blackholed }),
        }
        group.blackholed = blackholed
        this.#tell(group, news)
        const same = groups.get(key)
        if (!same) groups.set(key, group)
        for (const member of same ? members : []) same?.members.add(member)
        for (const [address, text] of same ? group.told : []) same?.told.set(address, text)
      }
    }
    this.#groups = groups
  }

  #byClass(members: ReadonlySet<Subscriber>): Map<string, Set<Subscriber>> {
    const byClass = new Map<string, Set<Subscriber>>()
    for (const member of members) {
      const key = this.#parts.reaching.classOf(member.networkInterface)
      byClass.set(key, (byClass.get(key) ?? new Set()).add(member))
    }
    return byClass
  }

  // What was open once stays in the view with its path: connections that stand may go on there.
  #newsOfReach(group: Group, reaches: readonly Reach[], gone: readonly string[]): Partial<ViewDiff> {
    const news = reaches.filter(reach => {
      const text = JSON.stringify(reach)
      const told = group.told.get(reach.address)
      if (told === text || (told === undefined && !isOpen(reach))) return false
      group.told.set(reach.address, text)
      return true
    })
    const forgotten = gone.filter(address => group.told.delete(address))
    return {
      ...(news.length > 0 ? { reach: news } : {}),
      ...(forgotten.length > 0 ? { gone: forgotten } : {}),
    }
  }

  #newsOfNames(group: Group): Partial<ViewDiff> {
    const before = group.dns
    const after = this.#dnsOf(group.sample)
    group.dns = after
    if (!before || !after) return {}
    const names = difference(before.names, after.names)
    const below = difference(before.below, after.below)
    return { ...(names ? { names } : {}), ...(below ? { below } : {}) }
  }

  #tell(group: Group, news: Partial<ViewDiff>): void {
    if (Object.keys(news).length === 0) return
    const text = line({ version: this.#parts.version(), ...news })
    for (const { send } of group.members) send(text)
  }

  #dnsOf({ subnet }: NetworkInterface): DnsView | undefined {
    const vpc: Vpc | undefined = this.#parts.topology.vpcOf(subnet)
    if (!vpc) return undefined
    if (!this.#dns.has(vpc.id)) this.#dns.set(vpc.id, this.#parts.names.viewOf(vpc))
    return this.#dns.get(vpc.id)
  }

  #subscribers(): readonly Subscriber[] {
    return [...this.#groups.values()].flatMap(({ members }) => [...members])
  }
}

const isOpen = ({ ports }: Reach): boolean => ports.length > 0

const line = (message: ToProcess): string => `${JSON.stringify(message)}\n`

const flatDoors = ({ aws, endpoints, metadata, taskMetadata }: Doors): Record<string, string> => ({
  ...endpoints,
  ...(aws === undefined ? {} : { aws }),
  ...(metadata === undefined ? {} : { metadata }),
  ...(taskMetadata === undefined ? {} : { taskMetadata }),
})

type Names = Readonly<Record<string, readonly string[]>>

/** What has to be told; `null` for what is gone. Nothing when all is the same. */
function difference(before: Names, after: Names): Record<string, readonly string[] | null> | undefined {
  const news: Record<string, readonly string[] | null> = {}
  for (const [name, addresses] of Object.entries(after)) {
    if (before[name]?.join() !== addresses.join()) news[name] = addresses
  }
  for (const name of Object.keys(before)) if (!(name in after)) news[name] = null
  return Object.keys(news).length > 0 ? news : undefined
}
