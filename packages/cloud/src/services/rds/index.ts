import { nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import type { RunningService, Service } from '../service.ts'
import { AutomatedBackups } from './backup/automated.ts'
import { Snapshots } from './backup/snapshots.ts'
import { Catalog } from './catalog.ts'
import type { EmbeddedChoice } from './engine.ts'
import { RdsEvents } from './events.ts'
import type { Pace } from './failover.ts'
import { LogExports } from './log-exports.ts'
import { reportMetrics } from './metrics.ts'
import { rdsApi } from './operations/index.ts'
import { ParameterGroups } from './parameters/parameter-groups.ts'
import { resolveReferences } from './references.ts'

export type { EmbeddedChoice } from './engine.ts'
export type { Pace } from './failover.ts'

/** How databases are run. */
export interface RdsOptions {
  readonly embedded: EmbeddedChoice
  /** How long a failover takes; as fast as possible when absent. */
  readonly pace?: Pace | undefined
  /** Folder for prepared data folders of the servers, of which new databases are copies; absent: prepared each time. */
  readonly templates?: string
}

/** Amazon RDS: DB instances as real servers, or embedded. Provides the port `databases` once all of them are available. */
export const rdsService = (options: RdsOptions): Service => ({
  name: 'rds',
  emulates: ['dbInstance', 'dbParameterGroup'],
  start: world => start(world, options),
})

async function start(world: World, options: RdsOptions): Promise<RunningService> {
  const events = new RdsEvents(world)
  const snapshots = new Snapshots(world)
  const groups = new ParameterGroups(world)
  const catalog = new Catalog(world, options, { events, snapshots, groups })
  await catalog.start(nodesOf(world.architecture, 'dbInstance'))
  for (const { node, limitations } of catalog.all) {
    for (const message of limitations) world.journal.write({ kind: 'rds.limitation', node, message })
  }
  const backups = new AutomatedBackups(world, catalog, snapshots)
  const ends = [backups.start(), reportMetrics(world, catalog), new LogExports(world).start()]
  world.ports.provide('databases', catalog)
  const resolve = (text: string) => resolveReferences(world, text)
  return {
    api: rdsApi({ world, catalog, snapshots, backups, groups, events, resolve }),
    async stop() {
      for (const end of ends) end()
      await catalog.stop()
    },
  }
}
