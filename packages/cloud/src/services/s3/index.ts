import { createAuthorizer } from '../../identity/authorizer.ts'
import type { World } from '../../world.ts'
import type { RunningService, Service } from '../service.ts'
import { carryOutDeployments } from './deployments.ts'
import { s3Handler } from './handler.ts'
import { objectsOf } from './objects.ts'
import { type BucketState, S3State } from './state.ts'

/** Buckets and their objects; started when all deployments of the template are in them. */
export const s3: Service = {
  name: 's3',
  emulates: ['bucket', 'bucketDeployment'],
  async start(world: World): Promise<RunningService> {
    const { architecture, clock } = world
    const state = new S3State(world)
    const objects = objectsOf(state, createAuthorizer(world), clock)
    for (const bucket of state.buckets) sayWhatIsMissing(world, bucket)
    await carryOutDeployments(world, objects)
    world.ports.provide('objects', objects)
    const { region, account } = architecture
    return {
      api: {
        signingName: 's3',
        protocol: { kind: 'streaming' },
        handle: s3Handler({ state, clock, region, account }),
      },
      async stop() {},
    }
  },
}

function sayWhatIsMissing({ journal }: World, { node }: BucketState): void {
  if (!node.versioning) return
  journal.write({
    kind: 's3.notEmulated',
    node: node.id,
    message: `${node.name} keeps no versions here: what is overwritten or removed is gone`,
    details: { property: 'VersioningConfiguration' },
  })
}
