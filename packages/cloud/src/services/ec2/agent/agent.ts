import { messageOf } from '@terrace/kit'
import type { InstanceFacts } from '../../../metadata/metadata.ts'
import type { Host } from '../../../workload/host.ts'
import { takeUsage, type Usage, UsageMeter } from '../../../workload/usage.ts'
import type { World } from '../../../world.ts'
import { instanceType } from '../instance-types.ts'
import { type Mount, mountsIn, volumeOn } from '../mounts.ts'
import { rootFolder, volumeFolder } from '../volumes.ts'
import type { AgentConfiguration, AgentSection } from './configuration.ts'
import { bytesBelow } from './disk-use.ts'
import type { LogFiles } from './log-files.ts'
import { shipLogFile } from './ship-log-file.ts'

const GiB = 1024 ** 3

/** Of Amazon Linux's image, in GiB: the size of a root volume that no template asks for. */
const ROOT_GIB = 8

/** Whose processes an agent measures. */
export interface AgentSite {
  readonly world: World
  readonly host: Host
  readonly facts: () => InstanceFacts
  /** Ids of process groups, as they are now. */
  readonly groups: () => readonly number[]
  readonly logFiles: LogFiles
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/** One value, before its dimensions are added. */
interface Measured {
  readonly metric: string
  readonly value: number
  readonly unit: 'Percent' | 'Bytes'
  readonly dimensions: Readonly<Record<string, string>>
}

/**
 * The CloudWatch agent of an instance: puts what its processes use, with the role of the instance and over its network
 * position; below a minute as metrics of high resolution.
 *
 * differs: memory and disk are those of the workload alone, without an operating system; the processor is this machine's
 */
export function runAgent(site: AgentSite, configuration: AgentConfiguration): void {
  const { world, note, signal } = site
  const { id } = site.host.description
  const unknown = [...configuration.unknown]
  for (const log of configuration.logFiles) {
    const take = site.logFiles.follow(log.path)
    if (take) void shipLogFile(site, log, take)
    else unknown.push(`the file ${log.path}`)
  }
  if (unknown.length > 0) {
    note('ec2.agentPartly', `the CloudWatch agent of ${id} does not measure ${unknown.join(', ')} here`)
  }
  let failure: string | undefined
  for (const section of configuration.sections) {
    const meter = new UsageMeter()
    const stop = world.clock.every(section.interval, () => {
      put(site, configuration, section, meter).then(
        () => {
          failure = undefined
        },
        (error: unknown) => {
          const why = messageOf(error)
          if (!signal.aborted && why !== failure) note('ec2.agentFailed', `the CloudWatch agent of ${id}: ${why}`)
          failure = why
        },
      )
    })
    signal.addEventListener('abort', stop, { once: true })
    // The first interval counts from now.
    void measureUse(site, meter)
  }
}

async function measureUse({ world, groups }: AgentSite, meter: UsageMeter): Promise<Usage> {
  const pids = groups()
  return meter.take(await takeUsage(new Set(pids), world.realtime), pids)
}

async function put(
  site: AgentSite,
  { namespace, dimensions, aggregations }: AgentConfiguration,
  section: AgentSection,
  meter: UsageMeter,
): Promise<void> {
  const { world, host } = site
  const own = filledIn(dimensions, site.facts())
  const measured = await measure(site, section, meter)
  const at = world.clock.now() / 1000
  const data = measured.flatMap(each => {
    const all = { ...each.dimensions, ...own }
    const sets = [all, ...aggregations.map(names => chosen(all, names))]
    return sets.flatMap(set =>
      set === undefined
        ? []
        : [
            {
              MetricName: each.metric,
              Dimensions: Object.entries(set).map(([Name, Value]) => ({ Name, Value })),
              Value: each.value,
              Unit: each.unit,
              Timestamp: at,
              StorageResolution: section.interval < 60_000 ? 1 : 60,
            },
          ],
    )
  })
  if (data.length === 0) return
  await world.ports.need('alarms')
  await host.aws.text({
    need: { kind: 'call', purpose: `put metrics into ${namespace}` },
    service: 'monitoring',
    title: 'CloudWatch',
    operation: 'PutMetricData',
    host: `monitoring.${world.architecture.region}.amazonaws.com`,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    },
    body: JSON.stringify({ Namespace: namespace, MetricData: data }),
  })
}

async function measure(site: AgentSite, section: AgentSection, meter: UsageMeter): Promise<readonly Measured[]> {
  const { vcpus, memoryMiB } = instanceType(site.facts().instanceType)
  switch (section.subject) {
    case 'cpu': {
      const { cpuSeconds, elapsedSeconds } = await measureUse(site, meter)
      const active = elapsedSeconds > 0 ? Math.min(100, (cpuSeconds / elapsedSeconds / vcpus) * 100) : 0
      return values(section, { usage_active: active, usage_idle: 100 - active }, { cpu: 'cpu-total' })
    }
    case 'mem': {
      const { residentBytes } = await measureUse(site, meter)
      return values(section, shares(residentBytes, memoryMiB * 1024 ** 2), {})
    }
    case 'disk':
      return (await Promise.all(disksOf(site, section).map(disk => measureDisk(section, disk)))).flat()
  }
}

interface Disk {
  readonly path: string
  readonly device: string
  readonly folders: readonly string[]
  readonly bytes: number
}

function disksOf({ world, host, facts }: AgentSite, { resources }: AgentSection): readonly Disk[] {
  const { id, owner } = host.description
  const mounted = mountsIn(facts().userData).flatMap(({ device, path }: Mount): Disk[] => {
    const volume = volumeOn(world, owner, device)
    if (!volume) return []
    const bytes = (volume.size ?? ROOT_GIB) * GiB
    return [{ path, device: device.replace('/dev/', ''), folders: [volumeFolder(world, volume)], bytes }]
  })
  const folders = [host.root, rootFolder(world, id)]
  const root: Disk = { path: '/', device: 'xvda1', folders, bytes: ROOT_GIB * GiB }
  return [root, ...mounted].filter(({ path }) => resources.includes('*') || resources.includes(path))
}

async function measureDisk(
  section: AgentSection,
  { path, device, folders, bytes }: Disk,
): Promise<readonly Measured[]> {
  const used = (await Promise.all(folders.map(bytesBelow))).reduce((sum, each) => sum + each, 0)
  return values(section, shares(used, bytes), { path, fstype: 'xfs', ...(section.dropDevice ? {} : { device }) })
}

const shares = (used: number, total: number): Readonly<Record<string, number>> => ({
  used,
  total,
  free: Math.max(0, total - used),
  available: Math.max(0, total - used),
  used_percent: Math.min(100, (used / total) * 100),
  available_percent: Math.max(0, 100 - (used / total) * 100),
})

const values = (
  { measurements }: AgentSection,
  measured: Readonly<Record<string, number>>,
  dimensions: Readonly<Record<string, string>>,
): readonly Measured[] =>
  measurements.map(({ name, metric }) => ({
    metric,
    value: measured[name] ?? 0,
    unit: /percent|usage/.test(name) ? 'Percent' : 'Bytes',
    dimensions,
  }))

/** The placeholders of `append_dimensions`; one that doesn't apply is left out. */
function filledIn(
  dimensions: Readonly<Record<string, string>>,
  { instanceId, instanceType: type, imageId, tags }: InstanceFacts,
): Readonly<Record<string, string>> {
  const known: Readonly<Record<string, string | undefined>> = {
    '${aws:InstanceId}': instanceId,
    '${aws:InstanceType}': type,
    '${aws:ImageId}': imageId,
    '${aws:AutoScalingGroupName}': tags['aws:autoscaling:groupName'],
  }
  const filled = Object.entries(dimensions).flatMap(([name, value]) => {
    const text = value.startsWith('$' + '{') ? known[value] : value
    return text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(filled)
}

/** Only these dimensions; nothing when the metric lacks one of them. */
function chosen(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const pairs = names.flatMap(name => (all[name] === undefined ? [] : [[name, all[name]] as const]))
  return pairs.length === names.length ? Object.fromEntries(pairs) : undefined
}
