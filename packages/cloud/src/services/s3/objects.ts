import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Instant } from '@terrace/kit'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import { bucketAccess } from './access.ts'
import type { BucketState } from './bucket-state.ts'
import { NoSuchKey } from './errors.ts'
import type { ObjectRecord } from './object-record.ts'
import type { S3State } from './state.ts'
import type { StoreObject } from './store-object.ts'

/** An object as other services see it. */
export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly modified: Instant
  /** `content-type`, `cache-control`, …; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
}

/** What is kept with an object beside its bytes. */
export interface ObjectOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * The buckets for other services of the cloud. With a principal a call is authorized as that one's own would be; without,
 * the cloud itself calls. Bodies are streams; whoever gets one reads it to the end or destroys it.
 *
 * @throws NoSuchBucket, NoSuchKey, AccessDenied from every method
 */
export interface Objects {
  put(bucket: string, key: string, body: Readable | Buffer | string, options?: ObjectOptions): Promise<StoredObject>
  get(bucket: string, key: string, as?: Principal): Promise<{ readonly object: StoredObject; readonly body: Readable }>
  /** Everything below a prefix, in the order of the keys. */
  list(bucket: string, prefix: string, as?: Principal): Promise<readonly StoredObject[]>
  /** An object that isn't there is removed already. */
  remove(bucket: string, key: string): Promise<void>
}

interface Parts {
  readonly state: S3State
  readonly authorizer: Authorizer
  readonly store: StoreObject
}

/** Offers the buckets to other services. */
export function objectsOf({ state, authorizer, store }: Parts): Objects {
  const require = (as: Principal | undefined, bucket: BucketState, action: string, key?: string) => {
    if (!as) return
    const context = { 'aws:SecureTransport': 'true' }
    authorizer.require({ principal: as, context }, bucketAccess(bucket, as, action, key))
  }
  return {
    async put(bucket, key, body, options) {
      const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)], { objectMode: false })
      return describe(await store(state.bucket(bucket), key, source, options))
    },
    async get(name, key, as) {
      const bucket = state.bucket(name)
      require(as, bucket, 'GetObject', key)
      const record = bucket.store.get(key)
      if (!record) {
        require(as, bucket, 'ListBucket')
        throw new NoSuchKey(key)
      }
      return { object: describe(record), body: bucket.store.blobs.read(record.blobs) }
    },
    async list(name, prefix, as) {
      const bucket = state.bucket(name)
      require(as, bucket, 'ListBucket')
      const { keys } = bucket.store.list({ prefix, delimiter: '', after: '', maxKeys: Number.POSITIVE_INFINITY })
      return keys.flatMap(key => bucket.store.get(key) ?? []).map(describe)
    },
    async remove(bucket, key) {
      state.bucket(bucket).store.remove(key)
    },
  }
}

const describe = ({ key, size, etag, modified, headers, metadata }: ObjectRecord): StoredObject => ({
  key,
  size,
  etag,
  modified,
  headers,
  metadata,
})

/** The ETag that these bytes have when they are put in one piece. */
export async function etagOf(body: AsyncIterable<Buffer>): Promise<string> {
  const md5 = createHash('md5')
  for await (const chunk of body) md5.update(chunk)
  return md5.digest('hex')
}
