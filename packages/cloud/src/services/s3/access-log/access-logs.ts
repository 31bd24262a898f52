import { Readable } from 'node:stream'
import { digest, HEX, messageOf, minutes, type Stop } from '@terrace/kit'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { World } from '../../../world.ts'
import { bucketAccess } from '../access.ts'
import type { BucketState } from '../bucket-state.ts'
import type { Change } from '../notifications/change.ts'
import { ownerId } from '../owner.ts'
import type { S3State } from '../state.ts'
import type { StoreObject } from '../store-object.ts'
import { type LogRecord, logLine } from './line.ts'

const DELIVERY_INTERVAL = minutes(5)
/** A busy bucket has more than one file for the same time. */
const MOST_LINES = 20_000

interface Waiting {
  readonly bucket: BucketState
  readonly lines: string[]
}

interface Parts {
  readonly state: S3State
  readonly authorizer: Authorizer
  readonly store: StoreObject
}

/**
 * Delivers the server access logs of buckets to their target buckets, if the target's policy lets log delivery write there.
 *
 * @see S3 User Guide "Logging requests with server access logging". differs: every five minutes, where AWS takes hours
 */
export class AccessLogs {
  readonly #world: World
  readonly #parts: Parts
  readonly #waiting = new Map<string, Waiting>()
  readonly #refused = new Set<string>()
  readonly #stop: Stop
  #delivering: Promise<void> = Promise.resolve()

  constructor(world: World, parts: Parts) {
    this.#world = world
    this.#parts = parts
    this.#stop = world.clock.every(DELIVERY_INTERVAL, () => void this.deliver())
  }

  isOn({ settings }: BucketState): boolean {
    return settings.accessLogs !== undefined
  }

  add(bucket: BucketState, record: Omit<LogRecord, 'bucket' | 'owner' | 'at'>): void {
    if (!this.isOn(bucket)) return
    const { architecture, clock } = this.#world
    const line = logLine({ ...record, bucket: bucket.name, owner: ownerId(architecture.account), at: clock.now() })
    const waiting = this.#waiting.get(bucket.name) ?? { bucket, lines: [] }
    this.#waiting.set(bucket.name, waiting)
    waiting.lines.push(line)
    if (waiting.lines.length >= MOST_LINES) void this.deliver()
  }

  /** What the lifecycle does is logged, too. S3 User Guide "Lifecycle and logging". */
  addExpiration(bucket: BucketState, { event, version }: Pick<Change, 'event' | 'version'>): void {
    const operation = event.endsWith('Created') ? 'S3.CREATE.DELETEMARKER' : 'S3.EXPIRE.OBJECT'
    const { key, versionId } = version
    const requestId = this.#world.random.text(16, HEX).toUpperCase()
    this.add(bucket, { requester: 'AmazonS3', requestId, operation, key, versionId })
  }

  /** Delivers what has come so far; resolves when it is in the buckets. */
  deliver(): Promise<void> {
    const files = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#delivering = this.#delivering.then(async () => {
      for (const { bucket, lines } of files) await this.#put(bucket, lines)
    })
    return this.#delivering
  }

  async stop(): Promise<void> {
    this.#stop()
    await this.deliver()
  }

  async #put(source: BucketState, lines: readonly string[]): Promise<void> {
    const { accessLogs } = source.settings
    if (!accessLogs) return
    const key = accessLogs.prefix + this.#name(source)
    try {
      const target = this.#parts.state.bucket(accessLogs.bucket)
      const principal = { kind: 'service', service: 'logging.s3.amazonaws.com', sourceArn: source.arn } as const
      const caller = { principal, context: { 'aws:SecureTransport': 'true' } }
      this.#parts.authorizer.require(caller, bucketAccess(target, principal, 'PutObject', key))
      await this.#parts.store(target, key, Readable.from([Buffer.from(lines.join(''))], { objectMode: false }), {
        headers: { 'content-type': 'text/plain' },
        service: principal.service,
      })
      this.#refused.delete(source.name)
    } catch (error) {
      this.#sayOnce(source, accessLogs.bucket, messageOf(error))
    }
  }

  #sayOnce({ name, node }: BucketState, target: string, because: string): void {
    if (this.#refused.has(name)) return
    this.#refused.add(name)
    this.#world.journal.write({
      kind: 's3.logFailed',
      ...(node === undefined ? {} : { node }),
      message: `access logs of ${name} were not delivered to ${target}: ${because}`,
      details: { bucket: name, target },
    })
  }

  /** `2026-11-22-09-30-00-` and sixteen characters that nobody else has. */
  #name({ name }: BucketState): string {
    const at = new Date(this.#world.clock.now()).toISOString().slice(0, 19).replace(/[T:]/g, '-')
    return `${at}-${digest(`${name} ${this.#world.random.uuid()}`, 16).toUpperCase()}`
  }
}
