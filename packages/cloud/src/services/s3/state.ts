import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Instant, TerraceError } from '@terrace/kit'
import { type Bucket, nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import { ObjectStore } from './bucket.ts'
import { NoSuchBucket } from './errors.ts'
import { isPublicPolicy } from './public-access.ts'

/** A bucket of the template and its objects. */
export interface BucketState {
  readonly node: Bucket
  readonly created: Instant
  readonly store: ObjectStore
}

/** S3 User Guide "General purpose bucket naming rules". */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** All buckets of the template, with what is in them. */
export class S3State {
  readonly #buckets = new Map<string, BucketState>()

  /** @throws TerraceError for a bucket that AWS would refuse to make, and for files that can't be read */
  constructor(world: World) {
    for (const node of nodesOf(world.architecture, 'bucket')) {
      refuseImpossible(node)
      const folder = join(world.folders.data, 's3', node.name)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const created = Math.floor(statSync(folder).birthtimeMs)
      this.#buckets.set(node.name, { node, created, store: new ObjectStore(folder, world.secureRandom) })
    }
  }

  get buckets(): readonly BucketState[] {
    return [...this.#buckets.values()]
  }

  /** @throws NoSuchBucket */
  bucket(name: string): BucketState {
    const bucket = this.#buckets.get(name)
    if (!bucket) throw new NoSuchBucket(name)
    return bucket
  }
}

function refuseImpossible({ name, origin, publicAccessBlock, policy }: Bucket): void {
  const { place } = origin
  if (!BUCKET_NAME.test(name) || name.includes('..')) {
    throw new TerraceError(
      'S3_BUCKET_NAME',
      `${origin.logicalId} has the bucket name ${JSON.stringify(name)}, which S3 refuses`,
      {
        place,
        hint: 'use 3 to 63 lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit',
      },
    )
  }
  if (policy && publicAccessBlock.blockPublicPolicy && isPublicPolicy(policy)) {
    throw new TerraceError(
      'S3_PUBLIC_POLICY_BLOCKED',
      `${origin.logicalId} has a public policy but blocks public policies`,
      {
        place,
        hint: 'the deployment would fail with AccessDenied: name the principals, or set BlockPublicPolicy to false',
      },
    )
  }
}
