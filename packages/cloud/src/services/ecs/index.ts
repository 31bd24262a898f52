import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Duration } from '@terrace/kit'
import { createAuthorizer } from '../../identity/authorizer.ts'
import { serveTaskMetadata } from '../../metadata/task-metadata.ts'
import type { Alarms } from '../../ports.ts'
import { openHost } from '../../workload/open-host.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { measureServices } from './metrics.ts'
import { Names } from './names.ts'
import { ecsApi } from './operations/index.ts'
import { EcsState } from './state.ts'
import type { TaskSurroundings } from './tasks/surroundings.ts'
import { TaskBook } from './tasks/task-book.ts'
import { ecsUpdates } from './updates.ts'
import { ecsServicesOf } from './view.ts'

/** How tasks run. */
export interface EcsOptions {
  /** Between `PROVISIONING` and `PENDING`; 0 when absent. differs: some seconds on AWS */
  readonly startDelay?: Duration
  /** Replaces images that can't run here by labelled placeholders. */
  readonly standIns?: boolean
  /** Where the processes of tasks run; by default on this machine. For tests of the scheduler. */
  readonly machinery?: Pick<TaskSurroundings, 'openHost' | 'serveMetadata'>
}

const MACHINERY = { openHost, serveMetadata: serveTaskMetadata }

/** Clusters, task definitions, services and tasks of ECS on Fargate. */
export const ecsService = ({ startDelay = 0, standIns = false, machinery = MACHINERY }: EcsOptions = {}): Service => ({
  name: 'ecs',
  emulates: ['cluster', 'ecsService', 'taskDefinition'],
  async start(world) {
    const { ports, architecture } = world
    const [network, targetGroups] = await Promise.all([ports.need('network'), ports.need('targetGroups')])
    forgetHosts(world)
    const names = new Names(architecture, world.random)
    const options = { startDelay, standIns }
    const authorizer = createAuthorizer(world)
    const tasks = new TaskBook({ world, network, targetGroups, authorizer, names, options, ...machinery })
    const alarms = alarmsOf(world)
    const state = new EcsState({ world, names, tasks, targetGroups, alarms })
    ports.provide('ecsServices', ecsServicesOf(state, targetGroups, standIns))
    const stopMeasuring = measureServices(state)
    // CloudFormation creates the database before the services whose tasks are told its name.
    if (architecture.nodes.some(({ kind }) => kind === 'ecsService')) {
      await Promise.all([ports.need('databases'), ports.need('objects')])
    }
    state.startTemplate()
    return {
      api: ecsApi(state, targetGroups),
      updates: ecsUpdates(state, service => standIns || service.runsHere),
      async stop() {
        stopMeasuring()
        state.stop()
        await tasks.stop()
      },
    }
  },
})

/** With the defaults. */
export const ecs = ecsService()

// Alarms come whenever CloudWatch has started; deployments without them go on.
function alarmsOf({ ports }: World): () => Alarms | undefined {
  let alarms: Alarms | undefined
  ports.need('alarms').then(
    port => {
      alarms = port
    },
    () => {},
  )
  return () => alarms
}

/** Files of tasks that a Terrace which crashed left behind. */
function forgetHosts({ folders }: World): void {
  const hosts = join(folders.state, 'hosts')
  for (const name of readable(hosts)) {
    if (/^[0-9a-f]{32}$/.test(name)) rmSync(join(hosts, name), { recursive: true, force: true })
  }
}

function readable(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
