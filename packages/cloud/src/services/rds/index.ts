import { TerraceError } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import type { RunningService, Service } from '../service.ts'
import type { Databases } from './databases.ts'
import { EmbeddedInstance } from './embedded/instance.ts'
import { chooseEngine, type EmbeddedChoice } from './engine.ts'
import type { DatabaseInstance } from './instance.ts'
import { findMariadb } from './mariadb/find.ts'
import { MariadbInstance } from './mariadb/instance.ts'
import { rdsApi } from './operations.ts'

export type { EmbeddedChoice } from './engine.ts'

/** How databases are run. */
export interface RdsOptions {
  readonly embedded: EmbeddedChoice
  /** Folder for a prepared data folder of MariaDB, of which new databases are copies; absent: prepared each time. */
  readonly templates?: string
}

/** Amazon RDS: DB instances as real servers, or embedded. Provides the port `databases` once all of them are available. */
export const rdsService = (options: RdsOptions): Service => ({
  name: 'rds',
  emulates: ['dbInstance'],
  start: world => start(world, options),
})

async function start(world: World, options: RdsOptions): Promise<RunningService> {
  const nodes = nodesOf(world.architecture, 'dbInstance')
  const programs = nodes.length > 0 && options.embedded !== 'forced' ? await findMariadb() : undefined
  const all: readonly DatabaseInstance[] = nodes.map(node => {
    const choice = chooseEngine(node, options.embedded, programs)
    if (choice.engine === 'embedded') return new EmbeddedInstance(node, world)
    return new MariadbInstance(node, world, { programs: choice.programs, templates: options.templates })
  })
  for (const { node, limitations } of all) {
    for (const message of limitations) world.journal.write({ kind: 'rds.limitation', node, message })
  }
  const stop = async () => {
    await Promise.allSettled(all.map(instance => instance.stop()))
  }
  const outcomes = await Promise.allSettled(all.map(instance => instance.start()))
  const failure = outcomes.find(outcome => outcome.status === 'rejected')
  if (failure) {
    await stop()
    throw failure.reason
  }
  const databases: Databases = {
    all,
    of(id) {
      const found = all.find(({ node }) => node === id)
      if (found) return found
      throw new TerraceError('RDS_NO_SUCH_DATABASE', `no database has the id ${id}`, { blame: 'internal' })
    },
  }
  world.ports.provide('databases', databases)
  const resolve = async (text: string) => (await world.ports.need('secrets')).resolve(text)
  return { api: rdsApi({ architecture: world.architecture, databases, resolve }), stop }
}
