import type { Readable } from 'node:stream'
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { messageOf } from '@terrace/kit'
import { tracedAws } from '@terrace/service'
import { TIMEOUTS, type Timeouts } from './timeouts.ts'

/** What the bucket has under a name. */
export type Picture =
  | { readonly kind: 'picture'; readonly etag: string | undefined; readonly bytes: number; readonly body: Readable }
  | { readonly kind: 'unchanged' | 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** The private bucket with the products' pictures. */
export class PictureBucket {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(bucket: string, timeouts: Timeouts = TIMEOUTS) {
    this.#bucket = bucket
    this.#client = tracedAws(new S3Client({ maxAttempts: 2, requestHandler: timeouts }))
  }

  /** @param knownEtag  what the client has already; `unchanged` when it is the same */
  async read(name: string, knownEtag: string | undefined): Promise<Picture> {
    const condition = knownEtag === undefined ? {} : { IfNoneMatch: knownEtag }
    try {
      const {
        Body,
        ETag,
        ContentLength = 0,
      } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: name, ...condition }))
      return { kind: 'picture', etag: ETag, bytes: ContentLength, body: Body as Readable }
    } catch (error) {
      if (!(error instanceof S3ServiceException)) return { kind: 'unreadable', reason: messageOf(error) }
      if (error.$metadata.httpStatusCode === 304) return { kind: 'unchanged' }
      return error.name === 'NoSuchKey' ? { kind: 'missing' } : { kind: 'unreadable', reason: error.name }
    }
  }

  close(): void {
    this.#client.destroy()
  }
}
