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
          refuses: ({ before, after }) =>
            before &&
            after &&
            (before.destination !== after.destination || before.destinationPrefix !== after.destinationPrefix)
              ? 'another destination leaves the files of the one before'
              : undefined,
          // What is unchanged isn't written again; files stay when a deployment is removed, as with RetainOnDelete.
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
