import type { DatabaseStatus, InstanceStatus, TierStatus } from '@terrace/control'
import { type Architecture, displayName, getNode, nodesOf, subnetsOf } from '@terrace/model'
import { isEmulated } from './coverage.ts'
import type { Databases, EcsServices, EcsServiceView, Groups, Instance, Instances, TargetGroups } from './ports.ts'

/** The ports that the state of the system is read from. */
export interface StatusPorts {
  readonly groups: Groups
  readonly instances: Instances
  readonly targetGroups: TargetGroups
  readonly databases: Databases
  readonly services: EcsServices
  /** Programs that can't run here are replaced by placeholders. */
  readonly standIns: boolean
}

/** The tiers as they are now: each group, and each single instance. */
export function tiersOf(architecture: Architecture, ports: StatusPorts): TierStatus[] {
  const groups = ports.groups.all.map((group): TierStatus => {
    const { definition } = group
    const loadBalancer = balancerOf(architecture, definition.targetGroups)
    return {
      name: displayName(definition),
      zones: zonesOf(architecture, definition.subnets),
      ...(loadBalancer === undefined ? {} : { loadBalancer }),
      min: definition.minSize,
      desired: group.desired,
      max: definition.maxSize,
      instances: group.members.map(({ instance, state }) => {
        const health = definition.targetGroups.map(target => ports.targetGroups.healthOf(target, instance.id).state)
        return instanceStatus(instance, state, worst(health))
      }),
    }
  })
  const single = nodesOf(architecture, 'instance').map(
    (node): TierStatus => ({
      name: displayName(node),
      zones: [node.zone],
      min: 1,
      desired: 1,
      max: 1,
      instances: ports.instances
        .list()
        .filter(instance => instance.owner === node.id)
        .map(instance => instanceStatus(instance, instance.state, instance.statusCheck)),
    }),
  )
  return [...groups, ...ports.services.all.map(service => serviceTier(architecture, service)), ...single]
}

function serviceTier(architecture: Architecture, service: EcsServiceView): TierStatus {
  const loadBalancer = balancerOf(architecture, service.targetGroups)
  const resourceId = `service/${service.cluster}/${service.name}`
  const bounds = nodesOf(architecture, 'scalableTarget').find(target => target.resourceId === resourceId)
  return {
    name: service.name,
    zones: service.zones,
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    min: bounds?.minCapacity ?? service.desiredCount,
    desired: service.desiredCount,
    max: bounds?.maxCapacity ?? service.desiredCount,
    instances: service.tasks,
  }
}

/**
 * Every instance of every group is there, and healthy where its target groups are in use. What is not emulated is not
 * waited for: it was named before the start.
 */
export const allHealthy = ({ groups, instances, targetGroups, services, standIns }: StatusPorts): boolean =>
  groups.all.every(({ definition, desired, members }) => {
    // One that a lifecycle hook holds back is not in its target groups yet, and would look unused.
    const isSettled = ({ instance, state }: (typeof members)[number]) =>
      state === 'InService' &&
      definition.targetGroups.every(group => SETTLED.has(targetGroups.healthOf(group, instance.id).state))
    return !isEmulated(definition.machine, { standIns }) || members.filter(isSettled).length >= desired
  }) &&
  services.all.every(({ emulated, steady }) => !emulated || steady) &&
  instances.list().every(({ statusCheck }) => statusCheck === 'ok')

const SETTLED: ReadonlySet<string> = new Set(['healthy', 'unused'])

export function databaseStatus(databases: Databases): DatabaseStatus | undefined {
  const [database] = databases.all
  return database && { engine: database.engine, status: database.status, members: database.members }
}

const instanceStatus = (instance: Instance, state: string, health: string): InstanceStatus => ({
  id: instance.id,
  zone: instance.zone,
  state,
  health,
  address: instance.networkInterface.address,
  processes: instance.processes,
})

const WORST_FIRST = ['unhealthy', 'initial', 'draining', 'healthy', 'unused']

const worst = (states: readonly string[]): string => WORST_FIRST.find(state => states.includes(state)) ?? 'unused'

const zonesOf = (architecture: Architecture, subnets: readonly string[]): string[] => [
  ...new Set(subnetsOf(architecture, subnets).map(subnet => subnet.zone)),
]

function balancerOf(architecture: Architecture, targetGroups: readonly string[]): string | undefined {
  const listener = nodesOf(architecture, 'listener').find(({ rules }) =>
    rules.some(
      ({ action }) => action.kind === 'forward' && action.targetGroups.some(group => targetGroups.includes(group.node)),
    ),
  )
  return listener && getNode(architecture, listener.loadBalancer, 'loadBalancer').dnsName
}
