import { statfs } from 'node:fs/promises'
import { type Instant, minutes, type Stop, seconds } from '@terrace/kit'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { World } from '../../world.ts'
import type { Catalog } from './catalog.ts'
import { memoryOf } from './limits.ts'
import { usageOf } from './process-usage.ts'
import { ServerInstance } from './server-instance.ts'

/** RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS": one minute. */
const PERIOD = minutes(1)

/** What was measured of an instance at a moment of the machine's time. */
interface Reading {
  readonly at: Instant
  readonly pid: number
  readonly cpuSeconds: number
  readonly reads: number
  readonly writes: number
}

/**
 * Measures the primary of every instance each minute, from its real process: DatabaseConnections, CPUUtilization,
 * FreeableMemory, FreeStorageSpace, ReadIOPS, WriteIOPS.
 *
 * differs: the processor is one core of this machine; memory is that of the instance class less what the process holds;
 * an operation is a system call. What can't be measured on this machine (macOS) is left out.
 */
export function reportMetrics(world: World, catalog: Catalog): Stop {
  const before = new Map<string, Reading>()
  const underway = new Set<string>()
  const report = async (instance: ServerInstance) => {
    // Where minutes are shorter than a measurement, some have none.
    if (instance.status !== 'available' || underway.has(instance.identifier)) return
    underway.add(instance.identifier)
    try {
      world.metrics.put(...(await measure(world, instance, before)))
    } catch {
      // It went away meanwhile: there is nothing to tell of this minute.
    } finally {
      underway.delete(instance.identifier)
    }
  }
  return world.clock.every(PERIOD, () => {
    for (const instance of catalog.all) if (instance instanceof ServerInstance) void report(instance)
  })
}

async function measure(
  world: World,
  instance: ServerInstance,
  before: Map<string, Reading>,
): Promise<readonly MetricDatum[]> {
  const { identifier, definition } = instance
  const dimensions = { DBInstanceIdentifier: identifier }
  const datum = (name: string, value: number, unit: string) => ({ namespace: 'AWS/RDS', name, dimensions, value, unit })
  const [connections, disk] = await Promise.all([instance.connections(), statfs(world.folders.data)])
  const free = Math.min(definition.storageGiB * 1024 ** 3, disk.bavail * disk.bsize)
  const data = [datum('DatabaseConnections', connections, 'Count'), datum('FreeStorageSpace', free, 'Bytes')]
  const [primary] = instance.processes
  const usage = primary && usageOf(primary.pid)
  if (!primary || !usage) return data
  const reading: Reading = { at: world.realtime.now(), pid: primary.pid, ...usage }
  const last = before.get(identifier)
  before.set(identifier, reading)
  data.push(datum('FreeableMemory', Math.max(0, memoryOf(definition.instanceClass) - usage.residentBytes), 'Bytes'))
  if (!last || last.pid !== reading.pid || reading.at === last.at) return data
  const elapsed = (reading.at - last.at) / seconds(1)
  return [
    ...data,
    datum('CPUUtilization', Math.min(100, (100 * (reading.cpuSeconds - last.cpuSeconds)) / elapsed), 'Percent'),
    datum('ReadIOPS', (reading.reads - last.reads) / elapsed, 'Count/Second'),
    datum('WriteIOPS', (reading.writes - last.writes) / elapsed, 'Count/Second'),
  ]
}
