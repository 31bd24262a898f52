import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import { type Bucket, nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import { readBucketFile } from './bucket-file.ts'
import { isBucketName } from './bucket-name.ts'
import { BucketState } from './bucket-state.ts'
import { BucketAlreadyOwnedByYou, BucketNotEmpty, NoSuchBucket } from './errors.ts'
import { isPublicPolicy } from './public-access.ts'
import { type BucketSettings, settingsOf } from './settings.ts'

/** All buckets: those of the template, and those that calls have made. */
export class S3State {
  readonly #world: World
  readonly #buckets = new Map<string, BucketState>()

  /** @throws TerraceError for a bucket that AWS would refuse to make, and for files that can't be read */
  constructor(world: World) {
    this.#world = world
    for (const node of nodesOf(world.architecture, 'bucket')) {
      refuseImpossible(node)
      this.#open(node.name, { template: settingsOf(node), node: node.id })
    }
    for (const name of this.#madeByCalls()) this.#open(name)
  }

  get buckets(): readonly BucketState[] {
    return [...this.#buckets.values()]
  }

  find(name: string): BucketState | undefined {
    return this.#buckets.get(name)
  }

  /** @throws NoSuchBucket */
  bucket(name: string): BucketState {
    const bucket = this.#buckets.get(name)
    if (!bucket) throw new NoSuchBucket(name)
    return bucket
  }

  /** @throws BucketAlreadyOwnedByYou */
  create(name: string, settings: BucketSettings): BucketState {
    if (this.#buckets.has(name)) throw new BucketAlreadyOwnedByYou(name)
    return this.#open(name, { settings })
  }

  /** @throws BucketNotEmpty while an object, a version or a delete marker is left */
  remove(bucket: BucketState): void {
    if (!bucket.store.isEmpty) throw new BucketNotEmpty(bucket.name)
    this.#buckets.delete(bucket.name)
    bucket.destroy()
  }

  #open(name: string, from?: ConstructorParameters<typeof BucketState>[0]['from']): BucketState {
    const { secureRandom: random, clock } = this.#world
    const bucket = new BucketState({ name, folder: join(this.#folder, name), random, clock, from })
    this.#buckets.set(name, bucket)
    return bucket
  }

  /** What the template made once and doesn't name any more stays on disk, unseen. */
  #madeByCalls(): readonly string[] {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    return readdirSync(this.#folder).filter(name => {
      if (this.#buckets.has(name) || !isBucketName(name)) return false
      const file = readBucketFile(join(this.#folder, name))
      return file !== undefined && file.template === undefined
    })
  }

  get #folder(): string {
    return join(this.#world.folders.data, 's3')
  }
}

function refuseImpossible({ name, origin, publicAccessBlock, policy }: Bucket): void {
  const { place } = origin
  if (!isBucketName(name)) {
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
