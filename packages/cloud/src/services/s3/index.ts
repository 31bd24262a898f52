import { createAuthorizer } from '../../identity/authorizer.ts'
import type { World } from '../../world.ts'
import type { RunningService, Service } from '../service.ts'
import { AccessLogs } from './access-log/access-logs.ts'
import { carryOutDeployments } from './deployments.ts'
import { s3Handler } from './handler.ts'
import { applyLifecycles } from './lifecycle/lifecycle.ts'
import { Changes } from './notifications/changes.ts'
import { objectsOf } from './objects.ts'
import { S3State } from './state.ts'
import { objectStorer } from './store-object.ts'
import { WITHOUT_EFFECT } from './without-effect.ts'

/** Buckets and their objects; started when all deployments of the template are in them. */
export const s3: Service = {
  name: 's3',
  emulates: ['bucket', 'bucketDeployment'],
  async start(world: World): Promise<RunningService> {
    const { architecture, clock, realtime } = world
    const { region, account } = architecture
    const state = new S3State(world)
    const changes = new Changes(world)
    const authorizer = createAuthorizer(world)
    const store = objectStorer(world, changes)
    const objects = objectsOf({ state, authorizer, store })
    await carryOutDeployments(world, objects)
    for (const bucket of state.buckets) void changes.testNew(bucket)
    const accessLogs = new AccessLogs(world, { state, authorizer, store })
    const stopLifecycles = applyLifecycles(world, { state, changes, accessLogs })
    world.ports.provide('objects', objects)
    return {
      api: {
        signingName: 's3',
        protocol: { kind: 'streaming' },
        withoutEffect: WITHOUT_EFFECT,
        handle: s3Handler({ state, changes, clock, realtime, region, account }, accessLogs),
      },
      updates: {
        bucketDeployment: {
          // Files of an earlier destination or release stay, as with RetainOnDelete, which is CDK's default.
          // What is unchanged isn't written again.
          apply: async ({ after }) => (after ? carryOutDeployments(world, objects) : undefined),
        },
      },
      async stop() {
        stopLifecycles()
        await accessLogs.stop()
      },
    }
  },
}
