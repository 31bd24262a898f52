import type { Clock, Stop } from '@terrace/kit'
import type { NodeId, TargetGroup, Zone } from '@terrace/model'
import type { HealthState } from '../../dataplane/balancer/target-health.ts'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { TargetConfig } from '../../dataplane/messages.ts'
import type { Network, NetworkInterface } from '../../network/network.ts'
import type { ReportedHealth, TargetGroups } from './target-groups.ts'

/** A target group in use: its definition and the interfaces of its balancer's nodes. */
export interface UsedTargetGroup {
  readonly targetGroup: TargetGroup
  readonly nodes: readonly NetworkInterface[]
}

interface Registration {
  readonly id: string
  readonly networkInterface: NetworkInterface
  readonly port: number
  draining: boolean
  readonly healthByNode: Map<Zone, ReportedHealth>
}

/** Worst first: what one node sees is what is reported, until the nodes agree. */
const SEVERITY: readonly HealthState[] = ['unhealthy', 'initial', 'healthy', 'draining', 'unused']

const UNUSED: ReportedHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
}
const NOT_IN_USE: ReportedHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
}
const INITIAL: ReportedHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
}

/** Keeps who is registered where, tells the data plane, and gathers what its nodes see. */
export class TargetRegistry implements TargetGroups {
  readonly #clock: Clock
  readonly #network: Network
  readonly #dataPlane: DataPlane
  readonly #used: ReadonlyMap<NodeId, UsedTargetGroup>
  readonly #onDropped: (node: NetworkInterface, target: string, because: string) => void
  readonly #registrations = new Map<NodeId, Map<string, Registration>>()
  readonly #sent = new Map<NodeId, string>()
  readonly #listeners = new Set<Parameters<TargetGroups['onHealth']>[0]>()

  constructor(
    clock: Clock,
    network: Network,
    dataPlane: DataPlane,
    used: ReadonlyMap<NodeId, UsedTargetGroup>,
    onDropped: (node: NetworkInterface, target: string, because: string) => void,
  ) {
    this.#clock = clock
    this.#network = network
    this.#dataPlane = dataPlane
    this.#used = used
    this.#onDropped = onDropped
    dataPlane.onHealth(({ targetGroup, target, node, type: _, ...health }) => {
      const registration = this.#groupOf(targetGroup).get(target)
      if (!registration || registration.draining) return
      const before = this.healthOf(targetGroup, target)
      registration.healthByNode.set(node, health)
      const after = this.healthOf(targetGroup, target)
      if (before.state !== after.state || before.reason !== after.reason) this.#tell(targetGroup, target, after)
    })
  }

  register(targetGroup: NodeId, target: { id: string; networkInterface: NetworkInterface; port?: number }): void {
    const port = target.port ?? this.#used.get(targetGroup)?.targetGroup.port ?? 80
    this.#groupOf(targetGroup).set(target.id, { ...target, port, draining: false, healthByNode: new Map() })
    this.sendTargets(targetGroup)
  }

  async deregister(targetGroup: NodeId, id: string): Promise<void> {
    const group = this.#groupOf(targetGroup)
    const registration = group.get(id)
    if (!registration || registration.draining) return
    registration.draining = true
    const drained = this.#drained(targetGroup, id)
    this.sendTargets(targetGroup)
    this.#tell(targetGroup, id, this.healthOf(targetGroup, id))
    await drained
    group.delete(id)
    this.sendTargets(targetGroup)
    this.#tell(targetGroup, id, UNUSED)
  }

  healthOf(targetGroup: NodeId, id: string): ReportedHealth {
    const registration = this.#groupOf(targetGroup).get(id)
    if (!registration) return UNUSED
    const used = this.#used.get(targetGroup)
    if (!used) return NOT_IN_USE
    if (registration.draining) {
      return {
        state: 'draining',
        reason: 'Target.DeregistrationInProgress',
        description: 'Target deregistration is in progress',
      }
    }
    const seen = used.nodes.map(node => registration.healthByNode.get(node.zone) ?? INITIAL)
    return [...seen].sort((a, b) => SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state))[0] ?? INITIAL
  }

  onHealth(listener: Parameters<TargetGroups['onHealth']>[0]): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells the data plane the targets and the ways to them, when either is news. */
  sendTargets(targetGroup: NodeId): void {
    const used = this.#used.get(targetGroup)
    if (!used) return
    const targets = [...this.#groupOf(targetGroup).values()].map(registration =>
      this.#configOf(registration, used.nodes),
    )
    const text = JSON.stringify(targets)
    if (this.#sent.get(targetGroup) === text) return
    this.#sent.set(targetGroup, text)
    this.#dataPlane.send({ type: 'targets', targetGroup, targets })
  }

  /** The network's rules or interfaces changed: the ways to the targets may have, too. */
  networkChanged(): void {
    for (const targetGroup of this.#registrations.keys()) this.sendTargets(targetGroup)
  }

  #configOf({ id, networkInterface, port, draining }: Registration, nodes: readonly NetworkInterface[]): TargetConfig {
    const routes: Record<Zone, string | null> = {}
    for (const node of nodes) {
      const verdict = this.#network.decide(node, networkInterface.address, port)
      routes[node.zone] = verdict.kind === 'accepted' ? verdict.socket : null
      if (verdict.kind === 'dropped') this.#onDropped(node, id, verdict.because)
    }
    return { id, zone: networkInterface.zone, address: networkInterface.address, port, draining, routes }
  }

  #drained(targetGroup: NodeId, id: string): Promise<void> {
    const used = this.#used.get(targetGroup)
    if (!used) return Promise.resolve()
    return new Promise(resolve => {
      const done = () => {
        stopListening()
        stopWaiting()
        resolve()
      }
      const stopListening = this.#dataPlane.onDrained(drained => {
        if (drained.targetGroup === targetGroup && drained.target === id) done()
      })
      const stopWaiting = this.#clock.after(used.targetGroup.deregistrationDelay, done)
    })
  }

  #tell(targetGroup: NodeId, id: string, health: ReportedHealth): void {
    for (const listener of [...this.#listeners]) listener(targetGroup, id, health)
  }

  #groupOf(targetGroup: NodeId): Map<string, Registration> {
    const known = this.#registrations.get(targetGroup)
    if (known) return known
    const made = new Map<string, Registration>()
    this.#registrations.set(targetGroup, made)
    return made
  }
}
