import { minutes, type Stop } from '@terrace/kit'
import { findNode } from '@terrace/model'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { Network } from '../../network/network.ts'
import { takeUsage, UsageMeter } from '../../workload/usage.ts'
import type { World } from '../../world.ts'
import type { Fleet } from './fleet.ts'
import { instanceType } from './instance-types.ts'
import type { RunningMachine } from './machine.ts'
import { TrafficCounter } from './traffic.ts'

/** @see CloudWatch metrics that are available for your instances: each five minutes, each minute with detailed monitoring */
const BASIC_PERIODS = 5

/** What is kept about one instance between two measurements. */
interface Measuring {
  readonly meter: UsageMeter
  minutes: number
}

/**
 * Writes the metrics of AWS/EC2: CPU and network of instances that run, and their status checks, for the instance and
 * for the groups that CloudWatch adds up.
 *
 * differs: the processor is this machine's: one busy core is one vCPU. Packets, disks and CPU credits aren't measured
 */
export function measureInstances(world: World, network: Network, fleet: Fleet): Stop {
  const measured = new Map<string, Measuring>()
  const traffic = new TrafficCounter(network)
  const stop = world.clock.every(minutes(1), () => {
    measure(world, fleet, measured, traffic).catch(error => {
      world.logs.write('control', 'ec2', `metrics: ${String(error)}`)
    })
  })
  return () => {
    stop()
    traffic.stop()
  }
}

async function measure(
  world: World,
  fleet: Fleet,
  measured: Map<string, Measuring>,
  traffic: TrafficCounter,
): Promise<void> {
  const running = fleet.list().filter(({ state }) => state === 'running')
  for (const id of measured.keys()) if (!running.some(machine => machine.id === id)) measured.delete(id)
  const groups = new Set(running.flatMap(machine => machine.processes.map(({ pid }) => pid)))
  const snapshot = await takeUsage(groups, world.realtime)
  const data = running.flatMap(machine => {
    const measuring = measured.get(machine.id) ?? { meter: new UsageMeter(), minutes: 0 }
    measured.set(machine.id, measuring)
    measuring.minutes++
    const checks = statusChecks(world, machine)
    // A machine without power sends nothing.
    if (machine.statusCheck === 'impaired') return checks
    if (!machine.machine.detailedMonitoring && measuring.minutes % BASIC_PERIODS !== 0) return checks
    const usage = measuring.meter.take(
      snapshot,
      machine.processes.map(({ pid }) => pid),
    )
    const { received, sent } = traffic.take(machine.networkInterface.address)
    const { vcpus } = instanceType(machine.machine.instanceType)
    const busy = usage.elapsedSeconds > 0 ? usage.cpuSeconds / usage.elapsedSeconds / vcpus : 0
    return [
      ...checks,
      ...inAllGroups(world, machine, { name: 'CPUUtilization', value: Math.min(100, busy * 100), unit: 'Percent' }),
      ...inAllGroups(world, machine, { name: 'NetworkIn', value: received, unit: 'Bytes' }),
      ...inAllGroups(world, machine, { name: 'NetworkOut', value: sent, unit: 'Bytes' }),
    ]
  })
  world.metrics.put(...data)
}

/** Every minute, whatever the monitoring. The host of a stopped zone fails the system's check, too. */
function statusChecks(world: World, machine: RunningMachine): MetricDatum[] {
  const failed = Number(machine.statusCheck === 'impaired')
  const system = Number(!world.zones.isUp(machine.zone))
  return [
    ['StatusCheckFailed', failed],
    ['StatusCheckFailed_Instance', failed],
    ['StatusCheckFailed_System', system],
  ].flatMap(([name, value]) => inAllGroups(world, machine, { name: String(name), value: Number(value), unit: 'Count' }))
}

/** The metric of the instance, of its group, image and type, and of all instances. */
function inAllGroups(
  { architecture }: World,
  { id, owner, machine }: RunningMachine,
  datum: { readonly name: string; readonly value: number; readonly unit: string },
): MetricDatum[] {
  const group = findNode(architecture, owner, 'autoScalingGroup')
  const dimensions: Readonly<Record<string, string>>[] = [
    { InstanceId: id },
    ...(group ? [{ AutoScalingGroupName: group.name }] : []),
    ...(machine.imageId === '' ? [] : [{ ImageId: machine.imageId }]),
    { InstanceType: machine.instanceType },
    {},
  ]
  return dimensions.map(each => ({ namespace: 'AWS/EC2', dimensions: each, ...datum }))
}
