import type { Clock, Stop } from '@terrace/kit'
import type { NodeId, TargetGroup, Zone } from '@terrace/model'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { TargetConfig } from '../../dataplane/messages.ts'
import type { Network, NetworkInterface } from '../../network/network.ts'
import { DRAINING, INITIAL, invalidState, NOT_IN_USE, NOT_REGISTERED, worst, ZONE_NOT_ENABLED } from './health.ts'
import type { ReportedHealth, TargetGroups } from './target-groups.ts'

/** One target of a group: an id at a port, or a function. */
export interface Registration {
  /** Of an instance, an address, or the ARN of a function. */
  readonly id: string
  /** 0 for a function. */
  readonly port: number
  /** Absent for a function: it is in every zone, and no connection leads there. */
  readonly networkInterface: NetworkInterface | undefined
  readonly draining: boolean
}

interface Entry extends Registration {
  draining: boolean
  readonly healthByNode: Map<Zone, ReportedHealth>
}

export interface RegistryOptions {
  /** Of the deregistration delay: what is under way to a target goes at the pace of the machine. */
  readonly realtime: Clock
  readonly network: Network
  readonly dataPlane: DataPlane
  readonly groupOf: (targetGroup: NodeId) => TargetGroup | undefined
  /** The interfaces of the nodes of the balancer whose rules use the group; nothing when none does. */
  readonly nodesOf: (targetGroup: NodeId) => readonly NetworkInterface[] | undefined
  readonly isUp: (zone: Zone) => boolean
  /** The state of an instance that doesn't run, such as `stopped`. */
  readonly notRunning: (id: string) => string | undefined
  readonly onDropped: (node: NetworkInterface, target: string, port: number, because: string) => void
}

/** Keeps who is registered where, tells the data plane, and gathers what its nodes see. */
export class TargetRegistry implements TargetGroups {
  readonly #options: RegistryOptions
  readonly #groups = new Map<NodeId, Map<string, Entry>>()
  readonly #sent = new Map<NodeId, string>()
  readonly #dropped = new Map<string, string>()
  readonly #listeners = new Set<Parameters<TargetGroups['onHealth']>[0]>()
  /** Each ends the wait for a target that drains. */
  readonly #waits = new Set<Stop>()
  #stopped = false

  constructor(options: RegistryOptions) {
    this.#options = options
    options.dataPlane.onHealth(({ targetGroup, target, node, type: _, ...health }) => {
      const entry = this.#groupOf(targetGroup).get(target)
      if (!entry || entry.draining) return
      this.#change(targetGroup, entry.id, () => entry.healthByNode.set(node, health))
    })
  }

  register(targetGroup: NodeId, target: { id: string; networkInterface: NetworkInterface; port?: number }): void {
    const port = target.port ?? this.#options.groupOf(targetGroup)?.port ?? 80
    const group = this.#groupOf(targetGroup)
    const known = group.get(keyOf(target.id, port))
    if (known && !known.draining) return
    this.#change(targetGroup, target.id, () => {
      group.set(keyOf(target.id, port), { ...target, port, draining: false, healthByNode: new Map() })
    })
    this.sendTargets(targetGroup)
  }

  /** Registers the function of a group of the type `lambda`. @param arn  of a function, a version or an alias */
  registerFunction(targetGroup: NodeId, arn: string): void {
    const group = this.#groupOf(targetGroup)
    const known = group.get(arn)
    if (known && !known.draining) return
    this.#change(targetGroup, arn, () => {
      const networkInterface = undefined
      group.set(arn, { id: arn, port: 0, networkInterface, draining: false, healthByNode: new Map() })
    })
    this.sendTargets(targetGroup)
  }

  async deregister(targetGroup: NodeId, id: string, port?: number): Promise<void> {
    const entries = this.#find(targetGroup, id, port).filter(({ draining }) => !draining)
    await Promise.all(entries.map(entry => this.#drain(targetGroup, entry)))
  }

  healthOf(targetGroup: NodeId, id: string, port?: number): ReportedHealth {
    const seen = this.#find(targetGroup, id, port).map(entry => this.#healthOf(targetGroup, entry))
    return worst(seen) ?? NOT_REGISTERED
  }

  onHealth(listener: Parameters<TargetGroups['onHealth']>[0]): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everything registered in a group, draining targets included. */
  registrations(targetGroup: NodeId): readonly Registration[] {
    return [...this.#groupOf(targetGroup).values()]
  }

  /** How many targets a node counts as healthy and as unhealthy; in one zone alone when it is given. */
  hostCounts(targetGroup: NodeId, node: Zone, zone?: Zone): { readonly healthy: number; readonly unhealthy: number } {
    const seen = [...this.#groupOf(targetGroup).values()]
      .filter(entry => !entry.draining && isIn(entry, zone))
      .map(entry => entry.healthByNode.get(node)?.state)
    return {
      healthy: seen.filter(state => state === 'healthy').length,
      unhealthy: seen.filter(state => state === 'unhealthy').length,
    }
  }

  /** Tells the data plane the targets and the ways to them, when either is news. */
  sendTargets(targetGroup: NodeId): void {
    const nodes = this.#options.nodesOf(targetGroup)
    if (!nodes) return
    const targets = [...this.#groupOf(targetGroup).values()]
      .filter(entry => isEnabled(entry, nodes))
      .map(entry => this.#configOf(targetGroup, entry, nodes))
    const text = JSON.stringify(targets)
    if (this.#sent.get(targetGroup) === text) return
    this.#sent.set(targetGroup, text)
    this.#options.dataPlane.send({ type: 'targets', targetGroup, targets })
  }

  /** What is still draining is nobody's any more, and nothing is told. */
  stop(): void {
    this.#stopped = true
    for (const end of [...this.#waits]) end()
  }

  /** The network's rules or interfaces changed, or a zone: the ways to the targets may have, too. */
  networkChanged(): void {
    for (const targetGroup of this.#groups.keys()) this.sendTargets(targetGroup)
  }

  /** The nodes of a zone that stopped don't count; when it is back, they know nothing. */
  zoneChanged(zone: Zone): void {
    for (const [targetGroup, group] of this.#groups) {
      for (const entry of group.values())
        this.#change(targetGroup, entry.id, () => entry.healthByNode.delete(zone), this.#options.isUp(zone))
    }
    this.networkChanged()
  }

  async #drain(targetGroup: NodeId, entry: Entry): Promise<void> {
    const { realtime, groupOf, nodesOf } = this.#options
    this.#change(targetGroup, entry.id, () => {
      entry.draining = true
    })
    const forget = () => {
      if (this.#stopped) return
      const group = this.#groupOf(targetGroup)
      const key = keyOfEntry(entry)
      // Registered again in the meantime, it is another one.
      if (group.get(key) !== entry) return
      this.#change(targetGroup, entry.id, () => group.delete(key))
      this.sendTargets(targetGroup)
    }
    if (!nodesOf(targetGroup)) return forget()
    const drained = Promise.withResolvers<void>()
    const key = keyOfEntry(entry)
    const stopListening = this.#options.dataPlane.onDrained(message => {
      if (message.targetGroup === targetGroup && message.target === key) drained.resolve()
    })
    const stopTimer = realtime.after(groupOf(targetGroup)?.deregistrationDelay ?? 0, () => {
      this.#waits.delete(end)
      forget()
      drained.resolve()
    })
    const end = () => {
      this.#waits.delete(end)
      stopTimer()
      drained.resolve()
    }
    this.#waits.add(end)
    this.sendTargets(targetGroup)
    await drained.promise
    stopListening()
    // The delay is for connections: a function has none.
    if (!entry.networkInterface) forget()
  }

  #healthOf(targetGroup: NodeId, entry: Entry): ReportedHealth {
    const { nodesOf, isUp, notRunning } = this.#options
    if (entry.draining) return DRAINING
    const nodes = nodesOf(targetGroup)
    if (!nodes) return NOT_IN_USE
    if (!isEnabled(entry, nodes)) return ZONE_NOT_ENABLED
    const stopped = notRunning(entry.id)
    if (stopped !== undefined) return invalidState(stopped)
    const up = nodes.filter(node => isUp(node.zone))
    return worst(up.map(node => entry.healthByNode.get(node.zone) ?? INITIAL)) ?? INITIAL
  }

  #configOf(targetGroup: NodeId, entry: Entry, nodes: readonly NetworkInterface[]): TargetConfig {
    const { networkInterface, port, draining } = entry
    if (!networkInterface)
      return { id: entry.id, zone: '', address: '', port, draining, routes: {}, function: entry.id }
    const { healthCheck } = this.#options.groupOf(targetGroup) ?? {}
    const checkPort = healthCheck === undefined || healthCheck.port === 'traffic' ? port : healthCheck.port
    const routes = this.#routes(entry.id, networkInterface, port, nodes)
    return {
      id: keyOf(entry.id, port),
      zone: networkInterface.zone,
      address: networkInterface.address,
      port,
      draining,
      routes,
      ...(checkPort === port
        ? {}
        : { check: { port: checkPort, routes: this.#routes(entry.id, networkInterface, checkPort, nodes) } }),
    }
  }

  #routes(
    id: string,
    to: NetworkInterface,
    port: number,
    nodes: readonly NetworkInterface[],
  ): Record<Zone, string | null> {
    const { network, isUp } = this.#options
    const { address, zone } = to
    const routes: Record<Zone, string | null> = {}
    for (const node of nodes) {
      const verdict = network.decide(node, address, port)
      routes[node.zone] = verdict.kind === 'accepted' && isUp(zone) ? verdict.socket : null
      this.#noteDropped({ node, id, to, port }, verdict.kind === 'dropped' && isUp(zone) ? verdict.because : undefined)
    }
    return routes
  }

  // Said once, and again when the reason is another one.
  #noteDropped({ node, id, to, port }: Way, because: string | undefined): void {
    const key = `${node.id} ${id} ${port}`
    const before = this.#dropped.get(key)
    if (because === undefined) this.#dropped.delete(key)
    else if (!this.#isThere(to)) return
    else this.#dropped.set(key, because)
    if (because !== undefined && because !== before) this.#options.onDropped(node, id, port, because)
  }

  // What was terminated while it drained is nobody's mistake.
  #isThere({ id }: NetworkInterface): boolean {
    return this.#options.network.interfaces().some(attached => attached.id === id)
  }

  #change(targetGroup: NodeId, id: string, action: () => void, tells = true): void {
    const before = this.healthOf(targetGroup, id)
    action()
    const after = this.healthOf(targetGroup, id)
    if (!tells || (before.state === after.state && before.reason === after.reason)) return
    for (const listener of [...this.#listeners]) listener(targetGroup, id, after)
  }

  #find(targetGroup: NodeId, id: string, port?: number): Entry[] {
    const all = [...this.#groupOf(targetGroup).values()]
    return all.filter(entry => entry.id === id && (port === undefined || entry.port === port))
  }

  #groupOf(targetGroup: NodeId): Map<string, Entry> {
    const known = this.#groups.get(targetGroup)
    if (known) return known
    const made = new Map<string, Entry>()
    this.#groups.set(targetGroup, made)
    return made
  }
}

/** The way from a node to a target. */
interface Way {
  readonly node: NetworkInterface
  readonly id: string
  readonly to: NetworkInterface
  readonly port: number
}

const keyOfEntry = ({ id, port, networkInterface }: Entry): string => (networkInterface ? keyOf(id, port) : id)

const isIn = ({ networkInterface }: Entry, zone: Zone | undefined): boolean =>
  zone === undefined || networkInterface === undefined || networkInterface.zone === zone

const keyOf = (id: string, port: number): string => `${id}:${port}`

const isEnabled = (entry: Entry, nodes: readonly NetworkInterface[]): boolean =>
  nodes.some(node => isIn(entry, node.zone))
