// Loaded into workloads: imports nothing outside this folder.
import { awsAddress, privateNameAddress } from './aws-hosts.ts'
import type { NetworkView, OwnAddresses, PortRange, Reach, ViewDiff } from './view.ts'

/** What a name stands for, or the error of `getaddrinfo`. */
export type Resolution = { readonly addresses: readonly string[] } | { readonly error: 'ENOTFOUND' | 'EAI_AGAIN' }

/** Where a connection leads. `standing` is what the address had at that moment, to look at it again later. */
export type Way =
  | { readonly kind: 'open'; readonly socket: string; readonly reach: Reach | undefined }
  /** The own interface: listeners on its loopback first, then those on every address. */
  | { readonly kind: 'loopback' }
  | { readonly kind: 'silence' }
  /** No IPv6 here. */
  | { readonly kind: 'unreachable' }

const SILENCE: Way = { kind: 'silence' }

/** The rules of one interface as they are now; decides names and connections in a process of it. */
export class LiveView {
  readonly #names = new Map<string, readonly string[]>()
  readonly #below = new Map<string, readonly string[]>()
  readonly #reach = new Map<string, Reach>()
  readonly own: OwnAddresses
  readonly #region: string | undefined
  #version: number
  #doors: Readonly<Record<string, string>>
  #blackholed: boolean

  constructor(view: NetworkView) {
    this.own = view.own
    this.#version = view.version
    this.#doors = view.doors
    this.#blackholed = view.blackholed ?? false
    this.#region = view.dns?.region
    for (const [name, addresses] of Object.entries(view.dns?.names ?? {})) this.#names.set(name, addresses)
    for (const [end, addresses] of Object.entries(view.dns?.below ?? {})) this.#below.set(end, addresses)
    for (const reach of view.reach) this.#reach.set(reach.address, reach)
  }

  get blackholed(): boolean {
    return this.#blackholed
  }

  /** Takes in what is new; what is older than the view is left out. */
  apply(diff: ViewDiff): void {
    if (diff.version < this.#version) return
    this.#version = diff.version
    merge(this.#names, diff.names)
    merge(this.#below, diff.below)
    for (const reach of diff.reach ?? []) this.#reach.set(reach.address, reach)
    for (const address of diff.gone ?? []) this.#reach.delete(address)
    this.#doors = diff.doors ?? this.#doors
    this.#blackholed = diff.blackholed ?? this.#blackholed
  }

  reachOf(address: string): Reach | undefined {
    return this.#reach.get(address)
  }

  resolve(host: string): Resolution {
    const name = host.toLowerCase().replace(/\.$/, '')
    if (this.#region === undefined) return { error: 'EAI_AGAIN' }
    const found = this.#names.get(name) ?? this.#belowOf(name) ?? this.#ofAws(name, this.#region)
    return found && found.length > 0 ? { addresses: found } : { error: 'ENOTFOUND' }
  }

  /** Decides a new connection to an address. */
  wayTo(address: string, port: number): Way {
    const plain = address.startsWith('::ffff:') ? address.slice(7) : address
    if (isLoopback(plain) || plain === this.own.address) return { kind: 'loopback' }
    if (plain.includes(':')) return { kind: 'unreachable' }
    const link = linkLocalDoor(plain, port)
    if (link !== undefined) return this.#open(this.#doors[link])
    const reach = this.#reach.get(plain)
    if (!reach || this.#blackholed || !within(reach.ports, port)) return SILENCE
    if (reach.folder !== undefined) return this.#open(`${reach.folder}/${port}`, reach)
    return this.#open(reach.door === undefined ? reach.sockets?.[port] : this.#doors[reach.door], reach)
  }

  /** Whether a connection that stands goes on: the groups let it, or it is tracked; and its packets pass. */
  goesOn(address: string, port: number, tracked: boolean): boolean {
    if (this.#blackholed) return false
    const reach = this.#reach.get(address)
    if (!reach) return false
    if (within(reach.ports, port)) return true
    return tracked && (reach.path === undefined || within(reach.path, port))
  }

  /** Whether a connection that is opened now is tracked at both ends. */
  isTracked(address: string, port: number): boolean {
    return !within(this.#reach.get(address)?.untracked ?? [], port)
  }

  #open(socket: string | undefined, reach?: Reach): Way {
    return socket === undefined ? SILENCE : { kind: 'open', socket, reach }
  }

  #belowOf(name: string): readonly string[] | undefined {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const found = this.#below.get(name.slice(dot))
      if (found) return found
    }
    return undefined
  }

  #ofAws(name: string, region: string): readonly string[] | undefined {
    const address = privateNameAddress(name, region) ?? awsAddress(name, region)
    return address === undefined ? undefined : [address]
  }
}

/** Whether a host or address is this machine itself, for which no rule is asked. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '::' || host === '0.0.0.0' || host.startsWith('127.')

/** The metadata services are not filtered: neither routes nor groups nor ACLs are asked. */
function linkLocalDoor(address: string, port: number): string | undefined {
  if (port !== 80) return undefined
  if (address === '169.254.169.254') return 'metadata'
  return address === '169.254.170.2' ? 'taskMetadata' : undefined
}

export const within = (ranges: readonly PortRange[], port: number): boolean =>
  ranges.some(([first, last]) => port >= first && port <= last)

function merge(map: Map<string, readonly string[]>, news: ViewDiff['names']): void {
  for (const [key, addresses] of Object.entries(news ?? {})) {
    if (addresses === null) map.delete(key)
    else map.set(key, addresses)
  }
}
