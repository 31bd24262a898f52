import { HEX } from '@terrace/kit'
import { type LoadBalancer, type NodeId, nodesOf, type TargetGroup } from '@terrace/model'
import type { ServerCertificate } from '../../dataplane/messages.ts'
import type { DataPlane, Instances } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { AccessLogs } from './access-logs.ts'
import { recordFlows } from './flows.ts'
import { FunctionTargets } from './function-targets.ts'
import { BalancerMetrics } from './metrics.ts'
import { BalancerNodes } from './nodes.ts'
import { elbv2Api } from './operations/index.ts'
import { TargetRegistry } from './registry.ts'
import { BalancingState, isCrossZone } from './state.ts'
import { registerTemplateTargets } from './template-targets.ts'
import { balancingUpdates } from './updates.ts'

/** Application Load Balancers: their nodes in the network, their target groups, and what the data plane runs of them. */
export const elbv2: Service = {
  name: 'elasticloadbalancing',
  emulates: ['listener', 'loadBalancer', 'targetGroup'],
  async start(world) {
    const [network, dataPlane] = await Promise.all([world.ports.need('network'), world.ports.need('dataPlane')])
    const state = new BalancingState(world.architecture)
    const nodes = new BalancerNodes(state, world, network, dataPlane)
    for (const loadBalancer of state.loadBalancers) nodes.attach(loadBalancer)
    const registry = new TargetRegistry({
      realtime: world.realtime,
      network,
      dataPlane,
      groupOf: id => state.targetGroup(id),
      nodesOf: id => {
        const balancer = state.balancerOf(id)
        return balancer && nodes.of(balancer.id)
      },
      isUp: zone => world.zones.isUp(zone),
      notRunning: instanceStates(world),
      onDropped: (node, target, port, because) => {
        const message = `${node.owner} in ${node.zone} gets no answer from ${target} at port ${port}: ${because}`
        world.journal.write({ kind: 'network.dropped', message, details: { target, port } })
      },
    })
    const functions = new FunctionTargets(world, state)
    const publish = new Publisher(state, nodes, dataPlane, world.secureRandom.text(64, HEX))
    const certify = async () => {
      publish.certificates = await internalCertificates(world)
    }
    await certify()
    const logs = new AccessLogs(state, world, nodes)
    const metrics = new BalancerMetrics(state, world, nodes, registry)
    for (const targetGroup of state.targetGroups) publish.targetGroup(targetGroup)
    for (const loadBalancer of state.loadBalancers) publish.loadBalancer(loadBalancer.id)
    for (const { id, function: arn } of state.targetGroups) if (arn) registry.registerFunction(id, arn)
    nodes.update(registry)
    nodes.updateDoors()

    state.listener = {
      loadBalancerChanged(loadBalancer) {
        for (const { id } of nodes.of(loadBalancer.id)) network.rules.setGroups(id, loadBalancer.securityGroups)
        for (const group of state.targetGroupsOf(loadBalancer.id)) publish.targetGroup(group)
        publish.loadBalancer(loadBalancer.id)
        if (loadBalancer.accessLogs) logs.announce(loadBalancer)
      },
      listenerChanged(listener) {
        // A group may have come into use, or out of it.
        for (const group of state.targetGroups) publish.targetGroup(group)
        publish.loadBalancer(listener.loadBalancer)
        registry.networkChanged()
        nodes.update(registry)
        nodes.updateDoors()
      },
      targetGroupChanged(targetGroup) {
        publish.targetGroup(targetGroup)
        registry.sendTargets(targetGroup.id)
      },
    }
    const stops = [
      network.onChange(() => {
        registry.networkChanged()
        nodes.updateDoors()
      }),
      dataPlane.onInvoke(invocation => functions.invoke(invocation)),
      dataPlane.onFlows(({ flows }) => recordFlows(flows, { state, nodes, network, random: world.random })),
      dataPlane.onMetrics(({ samples }) => metrics.write(samples)),
      dataPlane.onAccessLog(({ loadBalancer, node, lines }) => logs.add(loadBalancer, node, lines)),
      registry.onHealth(() => nodes.update(registry)),
      dataPlane.onHealth(() => nodes.update(registry)),
      world.zones.onChange(zone => {
        dataPlane.send({ type: 'zones', down: world.zones.all.filter(each => !world.zones.isUp(each)) })
        registry.zoneChanged(zone)
        nodes.update(registry)
      }),
    ]
    noteHealth(world, registry)
    world.ports.provide('targetGroups', registry)
    void world.ports.need('instances').then(
      instances => stops.push(registerTemplateTargets(state.targetGroups, instances, registry)),
      // The start as a whole has failed then, and says so itself.
      () => {},
    )
    return {
      updates: balancingUpdates(state, registry, certify),
      api: elbv2Api({ state, registry, functions, nodes, world, network, startedAt: world.clock.now() }),
      async stop() {
        for (const stop of stops) stop()
        registry.stop()
        metrics.stop()
        await logs.stop()
      },
    }
  },
}

/** Tells the data plane what balancers and target groups there are. */
class Publisher {
  readonly #state: BalancingState
  readonly #nodes: BalancerNodes
  readonly #dataPlane: DataPlane
  readonly #cookieKey: string
  certificates: readonly ServerCertificate[] = []

  constructor(state: BalancingState, nodes: BalancerNodes, dataPlane: DataPlane, cookieKey: string) {
    this.#state = state
    this.#nodes = nodes
    this.#dataPlane = dataPlane
    this.#cookieKey = cookieKey
  }

  /** A group is checked only when a rule uses it, by the nodes of that rule's balancer. */
  targetGroup(targetGroup: TargetGroup): void {
    const balancer = this.#state.balancerOf(targetGroup.id)
    if (!balancer) return
    const nodes = this.#nodes.of(balancer.id).map(({ zone }) => zone)
    this.#dataPlane.send({ type: 'targetGroup', targetGroup, crossZone: isCrossZone(targetGroup, balancer), nodes })
  }

  loadBalancer(id: NodeId): void {
    const loadBalancer: LoadBalancer | undefined = this.#state.loadBalancer(id)
    if (!loadBalancer) return
    const listeners = this.#state.listenersOf(id)
    const arns = new Set(listeners.flatMap(listener => listener.certificates))
    this.#dataPlane.send({
      type: 'loadBalancer',
      config: {
        loadBalancer,
        listeners,
        nodes: this.#nodes.of(id).map(({ zone, address, folder }) => ({ zone, address, folder })),
        certificates: this.certificates.filter(({ arn }) => arn !== undefined && arns.has(arn)),
        cookieKey: this.#cookieKey,
      },
    })
  }
}

// Inside the VPC the names of the template's certificates are vouched for by the authority that workloads trust.
async function internalCertificates(world: World): Promise<readonly ServerCertificate[]> {
  const { architecture, ports } = world
  if (!nodesOf(architecture, 'listener').some(({ protocol }) => protocol === 'HTTPS')) return []
  const authority = await ports.need('internalAuthority')
  return await Promise.all(
    nodesOf(architecture, 'certificate').map(async ({ arn, names }) => ({
      arn,
      names,
      ...(await authority.issue(names)),
    })),
  )
}

// The instances may start after the balancers, or not at all.
function instanceStates({ ports }: World): (id: string) => string | undefined {
  let instances: Instances | undefined
  ports.need('instances').then(
    port => {
      instances = port
    },
    () => {},
  )
  return id => {
    const state: string | undefined = instances?.list().find(instance => instance.id === id)?.state
    return state === 'stopped' || state === 'stopping' || state === 'terminated' ? state : undefined
  }
}

function noteHealth(world: World, registry: TargetRegistry): void {
  registry.onHealth((targetGroup, id, { state, reason }) => {
    const because = reason === undefined ? '' : ` (${reason})`
    world.journal.write({
      kind: `elbv2.${state}`,
      node: targetGroup,
      message: `target ${id} is ${state}${because}`,
      details: { target: id, state, reason },
    })
  })
}
