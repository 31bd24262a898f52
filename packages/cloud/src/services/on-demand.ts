import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeKind } from '@terrace/model'
import type { Delivery, Receiver } from '../deliveries.ts'
import { type AwsApi, isAnnounced } from '../gateway/api.ts'
import type { PortName } from '../ports.ts'
import type { NodeChange, NodeUpdates } from '../update/node-update.ts'
import type { World } from '../world.ts'
import type { RunningService, Service } from './service.ts'

/** What is known of a service before its code is loaded. */
export interface Announcement {
  readonly name: string
  /** Of its API; its name when absent. */
  readonly signingName?: string
  readonly hostNames?: readonly string[]
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target?: string
  readonly emulates: readonly NodeKind[]
  readonly provides?: readonly PortName[]
  /** What is delivered to it. */
  readonly receives?: Receiver
  /** Whether it has to run without being asked, because an earlier run has left work for it. */
  readonly hasWork?: (world: World) => boolean
  readonly load: () => Promise<Service>
}

/**
 * A service whose code is loaded, and which starts, only when there is something for it: a resource of the template, work
 * of an earlier run, a call of its API, a delivery, somebody who needs its port. Most systems use few services, and each
 * would take its part of the memory.
 */
export function onDemand(announcement: Announcement): Service {
  const { name, signingName = name, hostNames, target, emulates, provides = [], receives, load } = announcement
  const told = { signingName, ...(hostNames && { hostNames }), ...(target && { target }) }
  return {
    name,
    emulates,
    async start(world): Promise<RunningService> {
      const isInTemplate = world.architecture.nodes.some(({ kind }) => emulates.includes(kind))
      if (isInTemplate || announcement.hasWork?.(world)) {
        const coming = load().then(service => service.start(world))
        // What is delivered while it starts waits for it.
        const leave =
          receives &&
          world.deliveries.register(
            receives,
            passOn(world, () => coming),
          )
        return await coming.catch(error => {
          leave?.()
          throw error
        })
      }
      let started: Promise<RunningService> | undefined
      let api: AwsApi | undefined
      let updates: NodeUpdates | undefined
      const running = () => {
        started ??= load()
          .then(service => service.start(world))
          .then(service => {
            if (service.api && !isAnnounced(service.api)) api = service.api
            updates = service.updates ?? {}
            return service
          })
        return started
      }
      // A rollback takes the template back that it could not start with: the next one may be better.
      const first = comeLater(emulates, () =>
        running().catch(error => {
          started = undefined
          throw error
        }),
      )
      const withdraw = [
        world.ports.offer(provides, running),
        receives === undefined ? () => {} : world.deliveries.register(receives, passOn(world, running)),
      ]
      return {
        api: { ...told, load: async () => apiOf(await running()), loaded: () => api },
        get updates() {
          return updates ?? first
        },
        async stop() {
          for (const each of withdraw) each()
          // A start that failed has told those who asked for it.
          await (await started?.catch(() => undefined))?.stop()
        },
      }
    },
  }
}

/** The first resources of a service come with an update: it starts with them. From then on it changes them itself. */
function comeLater(kinds: readonly NodeKind[], start: () => Promise<RunningService>): NodeUpdates {
  const first = {
    async apply({ after }: NodeChange) {
      // What comes to nothing before its service runs needs no taking back.
      if (after) await start()
    },
  }
  return Object.fromEntries(kinds.map(kind => [kind, first]))
}

/** Whether an earlier run has left something in this folder of the system's data. */
export const hasKept =
  (folder: string) =>
  ({ folders }: World): boolean => {
    try {
      return readdirSync(join(folders.data, folder)).length > 0
    } catch {
      return false
    }
  }

/** The service registers itself in this one's place when it starts. */
const passOn = (world: World, running: () => Promise<unknown>) => async (delivery: Delivery) => {
  await running()
  await world.deliveries.handOver(delivery)
}

function apiOf({ api }: RunningService): AwsApi {
  if (api === undefined || isAnnounced(api)) throw new TypeError('a service without an API was asked for it')
  return api
}
