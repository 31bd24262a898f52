import type { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { tracedAws } from '@terrace/service'
import { TIMEOUTS, type Timeouts } from './timeouts.ts'

/** Shown ones are written once, under a name of their own: whoever has one may keep it for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The system's bucket: what is under `media/` is shown by the CDN, nothing else. */
export class Bucket {
  // Region, credentials and endpoint come from where the SDK looks for them: the environment, then the role.
  readonly #client: S3Client
  readonly #name: string

  constructor(name: string, timeouts: Timeouts = TIMEOUTS) {
    this.#name = name
    this.#client = tracedAws(new S3Client({ maxAttempts: 3, requestHandler: timeouts }))
  }

  /** Writes what is shown. Again, with the same content, changes nothing. */
  async putMedia(key: string, body: Buffer, type: string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#name, Key: key, Body: body, ContentType: type, CacheControl: FOR_EVER }),
    )
  }

  /** Writes what is kept for a while and shown to nobody. */
  async putPrivate(key: string, body: Buffer, type: string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#name, Key: key, Body: body, ContentType: type }))
  }

  /** Reads an object as a stream; undefined when there is none. */
  async read(
    key: string,
  ): Promise<{ readonly body: Readable; readonly bytes: number; readonly type: string } | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }))
      const type = answer.ContentType ?? 'application/octet-stream'
      return { body: answer.Body as Readable, bytes: answer.ContentLength ?? 0, type }
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return undefined
      throw error
    }
  }

  /** Removes objects, whether they are there or not. @throws when one could not be removed */
  async remove(keys: readonly string[]): Promise<void> {
    const { Errors = [] } = await this.#client.send(
      new DeleteObjectsCommand({
        Bucket: this.#name,
        Delete: { Quiet: true, Objects: keys.map(Key => ({ Key })) },
      }),
    )
    const [first] = Errors
    if (first) throw new Error(`${first.Key} could not be removed: ${first.Code} ${first.Message}`)
  }

  close(): void {
    this.#client.destroy()
  }
}
