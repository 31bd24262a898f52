import type { DatabaseStatus, Status, TierStatus, ZoneStatus } from '@terrace/control'
import type { Context } from '../context.ts'
import { table } from './table.ts'

type Colors = Context['colors']

/** The status for people: URLs, then a table of instances per tier and zone, then the database. */
export function describeStatus(status: Status, colors: Colors): string {
  const { name, ready, pid, embedded, urls, zones, tiers, database, dashboards = [], notEmulated } = status
  const state = ready ? colors.green('ready') : colors.yellow('not ready')
  const sections = [
    `${colors.bold(name)}  ${state}  ${colors.dim(`process ${pid}${embedded ? ', embedded database' : ''}`)}`,
    Object.entries(urls)
      .map(([door, url]) => `  ${door.padEnd(5)} ${colors.cyan(url)}`)
      .join('\n'),
    describeStopped(zones, colors),
    ...tiers.map(tier => describeTier(tier, colors)),
    database ? describeDatabase(database, colors) : '',
    describeDashboards(dashboards, colors),
    notEmulated.length === 0 ? '' : `not emulated\n${notEmulated.map(remark => `  ${remark}`).join('\n')}`,
  ]
  return sections.filter(Boolean).join('\n\n')
}

/** Zones that are up go without saying. */
function describeStopped(zones: readonly ZoneStatus[], colors: Colors): string {
  const stopped = zones.filter(({ state }) => state === 'stopped').map(({ name }) => name)
  return stopped.length === 0 ? '' : colors.red(`stopped: ${stopped.join(', ')}`)
}

function describeTier(tier: TierStatus, colors: Colors): string {
  const zones = [...new Set([...tier.zones, ...tier.instances.map(({ zone }) => zone)])].sort()
  const rows = zones.flatMap(zone => {
    const here = tier.instances.filter(instance => instance.zone === zone)
    // An empty zone is worth a line: it is what a lost zone looks like.
    if (here.length === 0) return [[zone, colors.dim('no instance'), '', '', '', '']]
    return here.map(({ id, state, health, address, processes }) => {
      const pids = processes.map(({ name, pid }) => `${name} ${pid}`).join(', ')
      return [zone, id, state, paintHealth(health, colors), address, pids]
    })
  })
  const size = `${tier.instances.length} of ${tier.desired} (${tier.min} to ${tier.max})`
  const front = tier.loadBalancer === undefined ? '' : `  behind ${tier.loadBalancer}`
  const heading = `${colors.bold(tier.name)}  ${size}${colors.dim(front)}`
  return `${heading}\n${table(['zone', 'instance', 'state', 'health', 'address', 'processes'], rows, colors)}`
}

function describeDatabase({ engine, status, members }: DatabaseStatus, colors: Colors): string {
  const rows = members.map(({ zone, role, address, pid }) => [
    zone,
    role,
    address,
    pid === undefined ? '' : String(pid),
  ])
  const heading = `${colors.bold('database')}  ${engine}${status === undefined ? '' : `  ${status}`}`
  return `${heading}\n${table(['zone', 'role', 'address', 'process'], rows, colors)}`
}

/** Nothing here draws them: the links lead to AWS. */
function describeDashboards(dashboards: NonNullable<Status['dashboards']>, colors: Colors): string {
  if (dashboards.length === 0) return ''
  const widest = Math.max(...dashboards.map(({ name }) => name.length))
  const lines = dashboards.map(({ name, url }) => `  ${name.padEnd(widest)}  ${colors.cyan(url)}`)
  return `dashboards, on AWS\n${lines.join('\n')}`
}

function paintHealth(health: string, { green, red, yellow }: Colors): string {
  if (health === 'healthy') return green(health)
  return health === 'unhealthy' ? red(health) : yellow(health)
}
