import { minutes, type Stop } from '@terrace/kit'
import type { MetricDatum } from '../../metrics/metrics.ts'
import { takeUsage, UsageMeter } from '../../workload/usage.ts'
import type { World } from '../../world.ts'
import type { RunningService } from './scheduling/service.ts'
import type { EcsState } from './state.ts'
import type { Task } from './tasks/task.ts'

/**
 * Writes the metrics of services each minute, measured from the processes of their running tasks: one value a task, so
 * that the average is that of the service. With Container Insights their counts, too.
 *
 * differs: the processor is this machine's: one busy core is one vCPU
 * @see ECS Developer Guide, "Amazon ECS CloudWatch metrics"; CloudWatch User Guide, "Amazon ECS Container Insights metrics"
 */
export function measureServices(state: EcsState): Stop {
  const meters = new Map<string, UsageMeter>()
  const { world } = state
  return world.clock.every(minutes(1), () => {
    measure(state, meters).catch(error => {
      world.logs.write('control', 'ecs', `metrics: ${String(error)}`)
    })
  })
}

/** What a task used in the last minute. */
interface Measured {
  readonly task: Task
  /** CPU units. */
  readonly cpu: number
  readonly residentBytes: number
}

const MEBIBYTE = 1024 * 1024

async function measure({ world, services, clusters, tasks }: EcsState, meters: Map<string, UsageMeter>): Promise<void> {
  const running = tasks.all.filter(({ lastStatus, lost }) => lastStatus === 'RUNNING' && !lost)
  for (const id of meters.keys()) if (!running.some(task => task.id === id)) meters.delete(id)
  const measured = await measureTasks(world, running, meters)
  const data = services
    .filter(({ status }) => status === 'ACTIVE')
    .flatMap(service => {
      const insights = clusters.find(({ arn }) => arn === service.definition.cluster.arn)?.containerInsights
      const ids = new Set(service.tasks.map(({ id }) => id))
      const own = measured.filter(({ task }) => ids.has(task.id))
      return [...utilization(service, own), ...(insights ? counts(service, own) : [])]
    })
  world.metrics.put(...data)
}

async function measureTasks(
  world: World,
  running: readonly Task[],
  meters: Map<string, UsageMeter>,
): Promise<readonly Measured[]> {
  const groups = new Set(running.flatMap(({ processes }) => processes.map(({ pid }) => pid)))
  const snapshot = await takeUsage(groups, world.realtime)
  return running.flatMap(task => {
    const meter = meters.get(task.id) ?? new UsageMeter()
    meters.set(task.id, meter)
    for (const container of task.containers) {
      const used = container.process && snapshot.groups.get(container.process.pid)
      if (used) container.usage = { at: world.clock.now(), ...used }
    }
    const pids = task.processes.map(({ pid }) => pid)
    const { cpuSeconds, elapsedSeconds, residentBytes } = meter.take(snapshot, pids)
    // The first look at a task only begins its measurement.
    if (elapsedSeconds === 0 || !pids.some(pid => snapshot.groups.has(pid))) return []
    return [{ task, cpu: (cpuSeconds / elapsedSeconds) * 1024, residentBytes }]
  })
}

const dimensionsOf = ({ definition, name }: RunningService) => ({
  ClusterName: definition.cluster.name,
  ServiceName: name,
})

function utilization(service: RunningService, measured: readonly Measured[]): MetricDatum[] {
  const dimensions = dimensionsOf(service)
  return measured.flatMap(({ task, cpu, residentBytes }) => {
    const { revision } = task.request
    const datum = (name: string, part: number): MetricDatum => ({
      namespace: 'AWS/ECS',
      name,
      dimensions,
      value: part * 100,
      unit: 'Percent',
    })
    return [
      datum('CPUUtilization', cpu / revision.cpu),
      datum('MemoryUtilization', residentBytes / MEBIBYTE / revision.memory),
    ]
  })
}

function counts(service: RunningService, measured: readonly Measured[]): MetricDatum[] {
  const dimensions = dimensionsOf(service)
  const sum = (amountOf: (each: Measured) => number) => measured.reduce((total, each) => total + amountOf(each), 0)
  const values: readonly (readonly [string, number, string])[] = [
    ['DesiredTaskCount', service.configuration.desiredCount, 'Count'],
    ['RunningTaskCount', service.runningCount, 'Count'],
    ['PendingTaskCount', service.pendingCount, 'Count'],
    ['DeploymentCount', service.deployments.length, 'Count'],
    ['CpuUtilized', sum(({ cpu }) => cpu), 'None'],
    ['CpuReserved', sum(({ task }) => task.request.revision.cpu), 'None'],
    ['MemoryUtilized', sum(({ residentBytes }) => residentBytes / MEBIBYTE), 'Megabytes'],
    ['MemoryReserved', sum(({ task }) => task.request.revision.memory), 'Megabytes'],
  ]
  return values.map(([name, value, unit]) => ({ namespace: 'ECS/ContainerInsights', name, dimensions, value, unit }))
}
