import type { Readable } from 'node:stream'
import type { Clock } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { BucketState } from './bucket-state.ts'
import { LARGEST_PUT_BYTES } from './limits.ts'
import { DEFAULT_TYPE } from './metadata.ts'
import type { Changes } from './notifications/changes.ts'
import { serviceRequester } from './notifications/requester.ts'
import type { ObjectRecord } from './object-record.ts'
import { receive } from './receive.ts'

interface StoreOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Which service writes: `logging.s3.amazonaws.com`. */
  readonly service?: string | undefined
}

/** Writes an object on behalf of the cloud itself. */
export type StoreObject = (
  bucket: BucketState,
  key: string,
  source: Readable,
  options?: StoreOptions,
) => Promise<ObjectRecord>

/** Writes objects that come from no call. */
export const objectStorer =
  ({ clock, random }: Pick<World, 'random'> & { readonly clock: Clock }, changes: Changes): StoreObject =>
  async (bucket, key, source, { headers, metadata, service = 's3.amazonaws.com' } = {}) => {
    const { blob, md5 } = await receive(bucket.store.blobs, { source, largest: LARGEST_PUT_BYTES })
    const version = bucket.store.commit({
      key,
      blobs: [blob],
      size: blob.size,
      etag: md5,
      modified: clock.now(),
      headers: { 'content-type': DEFAULT_TYPE, ...headers },
      metadata: { ...metadata },
      tags: {},
      encryption: bucket.settings.encryption,
      storageClass: 'STANDARD',
    })
    const by = serviceRequester(service, random.uuid())
    changes.tell(bucket, { event: 'ObjectCreated:Put', version, reason: 'PutObject', by })
    return version
  }
