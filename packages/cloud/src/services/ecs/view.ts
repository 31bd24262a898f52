import { TerraceError } from '@terrace/kit'
import type { TargetGroups } from '../../ports.ts'
import type { EcsServices, EcsServiceView, EcsTaskView } from './ecs-services.ts'
import type { RunningService } from './scheduling/service.ts'
import type { EcsState } from './state.ts'
import type { Task } from './tasks/task.ts'

/** The port `ecsServices`. */
export function ecsServicesOf(state: EcsState, targetGroups: TargetGroups, standIns: boolean): EcsServices {
  const view = (service: RunningService) => viewOf(service, targetGroups, standIns)
  const active = (cluster: string, name: string) => {
    const found = state.findCluster(cluster)
    const service = found && state.findService(found, name)
    return service?.status === 'ACTIVE' ? service : undefined
  }
  return {
    get all() {
      return state.services.filter(({ status }) => status === 'ACTIVE').map(view)
    },
    find(cluster, name) {
      const service = active(cluster, name)
      return service && view(service)
    },
    setDesiredCount(cluster, name, count) {
      const service = active(cluster, name)
      if (!service) throw new TerraceError('ECS_NO_SERVICE', `there is no active service ${name} in ${cluster}`)
      service.setDesiredCount(count)
    },
    onChange: listener => state.onServiceChange(service => listener(view(service))),
  }
}

function viewOf(service: RunningService, targetGroups: TargetGroups, standIns: boolean): EcsServiceView {
  const { definition, configuration } = service
  return {
    ...(definition.node === undefined ? {} : { node: definition.node }),
    cluster: definition.cluster.name,
    name: service.name,
    desiredCount: configuration.desiredCount,
    runningCount: service.runningCount,
    pendingCount: service.pendingCount,
    deploymentInProgress: service.deploymentInProgress,
    steady: service.steady,
    emulated: standIns || service.runsHere,
    zones: service.zones,
    targetGroups: configuration.targets.map(({ targetGroup }) => targetGroup),
    tasks: service.tasks.map(task => taskView(task, targetGroups)),
  }
}

const WORST_FIRST = ['unhealthy', 'initial', 'draining', 'healthy', 'unused']

function taskView(task: Task, targetGroups: TargetGroups): EcsTaskView {
  const { networkInterface, request } = task
  const targets = request.targets.map(
    ({ targetGroup, port }) => targetGroups.healthOf(targetGroup, networkInterface.address, port).state as string,
  )
  const own = task.checked ? [task.healthStatus === 'UNKNOWN' ? 'initial' : task.healthStatus.toLowerCase()] : []
  const seen = [...targets, ...own]
  return {
    id: task.id,
    zone: task.zone,
    state: task.lastStatus,
    health: WORST_FIRST.find(state => seen.includes(state)) ?? (task.lastStatus === 'RUNNING' ? 'healthy' : 'initial'),
    address: networkInterface.address,
    processes: task.processes,
  }
}
