import { minutes, type Stop } from '@terrace/kit'
import type { LoadBalancer, NodeId, TargetGroup, Zone } from '@terrace/model'
import type { BalancerSample } from '../../dataplane/messages.ts'
import type { MetricDatum, StatisticSet } from '../../metrics/metrics.ts'
import type { World } from '../../world.ts'
import { CapacityUsage } from './capacity-units.ts'
import type { BalancerNodes } from './nodes.ts'
import type { TargetRegistry } from './registry.ts'
import type { BalancingState } from './state.ts'

const NAMESPACE = 'AWS/ApplicationELB'

/** Metrics of a target group, never of a balancer alone. */
const BY_GROUP = new Set(['LambdaInternalError', 'LambdaUserError'])

/** Metrics of a balancer alone. */
const BY_BALANCER = new Set(['LambdaTargetProcessedBytes'])

/** Host counts and open connections are told once a minute. */
const REPORT_INTERVAL = minutes(1)

/** Metrics of a balancer alone; all others also come by zone. */
const WITHOUT_ZONE = new Set([
  'ActiveConnectionCount',
  'HTTP_Fixed_Response_Count',
  'HTTP_Redirect_Count',
  'HTTP_Redirect_Url_Limit_Exceeded_Count',
  'NewConnectionCount',
  'ProcessedBytes',
  'RuleEvaluations',
])

/**
 * Writes what balancers counted to CloudWatch.
 *
 * @see ELB User Guide for Application Load Balancers, "CloudWatch metrics for your Application Load Balancer".
 *   differs: no PeakLCUs, since no capacity can be reserved
 */
export class BalancerMetrics {
  readonly #state: BalancingState
  readonly #world: World
  readonly #nodes: BalancerNodes
  readonly #registry: TargetRegistry
  readonly #usage = new Map<NodeId, CapacityUsage>()
  readonly #active = new Map<string, { readonly loadBalancer: NodeId; readonly count: number }>()
  readonly #stop: Stop

  constructor(state: BalancingState, world: World, nodes: BalancerNodes, registry: TargetRegistry) {
    this.#state = state
    this.#world = world
    this.#nodes = nodes
    this.#registry = registry
    this.#stop = world.clock.every(REPORT_INTERVAL, () => this.#reportGauges())
  }

  stop(): void {
    this.#stop()
  }

  write(samples: readonly BalancerSample[]): void {
    for (const sample of samples) {
      const loadBalancer = this.#state.loadBalancer(sample.loadBalancer)
      if (!loadBalancer) continue
      this.#usageOf(loadBalancer.id).add(sample)
      if (sample.activeConnections !== undefined) {
        const { activeConnections: count } = sample
        this.#active.set(`${loadBalancer.id} ${sample.node}`, { loadBalancer: loadBalancer.id, count })
      }
      const group = sample.targetGroup === undefined ? undefined : this.#state.targetGroup(sample.targetGroup)
      this.#writeSample(sample, loadBalancer, group)
    }
  }

  #writeSample(sample: BalancerSample, loadBalancer: LoadBalancer, group: TargetGroup | undefined): void {
    const data: MetricDatum[] = []
    for (const [name, count] of Object.entries(sample.counts)) {
      const unit = name.endsWith('ProcessedBytes') ? 'Bytes' : 'Count'
      const value = unit === 'Bytes' ? single(count) : ones(count)
      for (const dimensions of dimensionsOf(name, sample.node, loadBalancer, group)) {
        data.push({ namespace: NAMESPACE, name, dimensions, value, unit })
      }
    }
    if (sample.responseTimes) {
      for (const dimensions of combinations(loadBalancer, sample.node, group)) {
        const value = sample.responseTimes
        data.push({ namespace: NAMESPACE, name: 'TargetResponseTime', dimensions, value, unit: 'Seconds' })
      }
    }
    if (group && group.targetType !== 'lambda' && sample.counts.RequestCount)
      data.push(...this.#perTarget(sample.counts.RequestCount, loadBalancer, group))
    this.#world.metrics.put(...data)
  }

  // An average that only sums up: requests by the number of targets that share them.
  #perTarget(requests: number, loadBalancer: LoadBalancer, group: TargetGroup): MetricDatum[] {
    const registered = this.#registry.registrations(group.id).filter(({ draining }) => !draining)
    const healthy = registered.filter(({ id, port }) => this.#registry.healthOf(group.id, id, port).state === 'healthy')
    const value = requests / (healthy.length || registered.length || 1)
    return ofGroup(loadBalancer, group).map(dimensions => ({
      namespace: NAMESPACE,
      name: 'RequestCountPerTarget',
      dimensions,
      value,
      unit: 'Count',
    }))
  }

  #usageOf(loadBalancer: NodeId): CapacityUsage {
    const known = this.#usage.get(loadBalancer)
    if (known) return known
    const made = new CapacityUsage()
    this.#usage.set(loadBalancer, made)
    return made
  }

  #reportGauges(): void {
    const data: MetricDatum[] = []
    for (const loadBalancer of this.#state.loadBalancers) {
      const dimensions = { LoadBalancer: balancerName(loadBalancer) }
      const value = this.#usageOf(loadBalancer.id).take(REPORT_INTERVAL)
      data.push({ namespace: NAMESPACE, name: 'ConsumedLCUs', dimensions, value, unit: 'Count' })
    }
    for (const { loadBalancer: id, count } of this.#active.values()) {
      const loadBalancer = this.#state.loadBalancer(id)
      const dimensions = loadBalancer && { LoadBalancer: balancerName(loadBalancer) }
      if (!dimensions || count === 0) continue
      data.push({ namespace: NAMESPACE, name: 'ActiveConnectionCount', dimensions, value: count, unit: 'Count' })
    }
    this.#active.clear()
    for (const loadBalancer of this.#state.loadBalancers) {
      for (const group of this.#state.targetGroupsOf(loadBalancer.id))
        data.push(...this.#hostCounts(loadBalancer, group))
    }
    this.#world.metrics.put(...data)
  }

  // Each node reports what it sees: minimum and maximum are taken over these reports.
  #hostCounts(loadBalancer: LoadBalancer, group: TargetGroup): MetricDatum[] {
    const zones = this.#nodes.of(loadBalancer.id).map(({ zone }) => zone)
    const registered = this.#registry.registrations(group.id)
    if (registered.length === 0) return []
    const reporting = zones.filter(zone => this.#world.zones.isUp(zone))
    return reporting.flatMap(node =>
      [undefined, ...zones].flatMap(zone => {
        const { healthy, unhealthy } = this.#registry.hostCounts(group.id, node, zone)
        const dimensions = {
          LoadBalancer: balancerName(loadBalancer),
          TargetGroup: suffix(group.arn),
          ...(zone === undefined ? {} : { AvailabilityZone: zone }),
        }
        return [
          { namespace: NAMESPACE, name: 'HealthyHostCount', dimensions, value: healthy, unit: 'Count' },
          { namespace: NAMESPACE, name: 'UnHealthyHostCount', dimensions, value: unhealthy, unit: 'Count' },
        ]
      }),
    )
  }
}

/** The combinations of dimensions under which a value is found: with and without its zone, with and without its group. */
function combinations(
  loadBalancer: LoadBalancer,
  zone: Zone | undefined,
  group: TargetGroup | undefined,
): Record<string, string>[] {
  const balancer = { LoadBalancer: balancerName(loadBalancer) }
  const groups = group ? [balancer, { ...balancer, TargetGroup: suffix(group.arn) }] : [balancer]
  return zone === undefined ? groups : groups.flatMap(each => [each, { ...each, AvailabilityZone: zone }])
}

/** Where a count is found. */
function dimensionsOf(
  metric: string,
  node: Zone,
  loadBalancer: LoadBalancer,
  group: TargetGroup | undefined,
): Record<string, string>[] {
  if (BY_GROUP.has(metric) && group) return ofGroup(loadBalancer, group)
  const zone = WITHOUT_ZONE.has(metric) || BY_BALANCER.has(metric) ? undefined : node
  return combinations(loadBalancer, zone, group)
}

const ofGroup = (loadBalancer: LoadBalancer, { arn }: TargetGroup): Record<string, string>[] => {
  const TargetGroup = suffix(arn)
  return [{ TargetGroup }, { TargetGroup, LoadBalancer: balancerName(loadBalancer) }]
}

/** As CloudWatch names a balancer: `app/<name>/<id>`. */
export const balancerName = ({ arn }: LoadBalancer): string => arn.split(':loadbalancer/')[1] ?? arn

const suffix = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

// Minimum, maximum and average of counted events are 1 on AWS.
const ones = (count: number): StatisticSet => ({ sampleCount: count, sum: count, minimum: 1, maximum: 1 })
const single = (value: number): StatisticSet => ({ sampleCount: 1, sum: value, minimum: value, maximum: value })
