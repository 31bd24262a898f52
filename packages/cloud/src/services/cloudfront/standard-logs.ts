import { gzipSync } from 'node:zlib'
import { messageOf, type Stop } from '@terrace/kit'
import { type Bucket, type Distribution, nodesOf } from '@terrace/model'
import { LOG_HEADER } from '../../dataplane/cdn/standard-log.ts'
import type { LineBundle } from '../../dataplane/line-bundle.ts'
import type { World } from '../../world.ts'
import { LOG_INTERVAL, MOST_LOG_LINES, UPPER_ALPHANUMERIC } from './limits.ts'
import { byHour } from './line-fields.ts'

interface Waiting {
  readonly distribution: Distribution
  readonly texts: Uint8Array[]
  count: number
}

/**
 * Delivers the standard logs of distributions to their buckets, as the account `awslogsdelivery`, to which CloudFront
 * grants full control over the bucket by its ACL: a bucket without ACLs gets none, which the journal says once.
 *
 * @see CloudFront Developer Guide, "Configure standard logging (legacy)", "Standard logging reference". `differs:` AWS
 * refuses to make a distribution whose bucket has no ACLs
 */
export class StandardLogs {
  readonly #world: World
  readonly #logged: ReadonlyMap<string, Distribution>
  readonly #waiting = new Map<string, Waiting>()
  readonly #refused = new Set<string>()
  readonly #stop: Stop
  #delivering: Promise<void> = Promise.resolve()

  constructor(world: World) {
    this.#world = world
    const logged = nodesOf(world.architecture, 'distribution').filter(({ logging }) => logging !== undefined)
    this.#logged = new Map(logged.map(distribution => [distribution.physicalId, distribution]))
    this.#stop = world.clock.every(LOG_INTERVAL, () => void this.deliver())
    for (const distribution of logged) this.#bucketOf(distribution)
  }

  /** @param id  of the distribution */
  add(id: string, { text, count }: LineBundle): void {
    const distribution = this.#logged.get(id)
    if (!distribution) return
    const waiting = this.#waiting.get(id) ?? { distribution, texts: [], count: 0 }
    this.#waiting.set(id, waiting)
    waiting.texts.push(text)
    waiting.count += count
    if (waiting.count > MOST_LOG_LINES) void this.deliver()
  }

  /** Delivers what has come so far; resolves when it is in the buckets. */
  deliver(): Promise<void> {
    const all = [...this.#waiting.values()]
    this.#waiting.clear()
    this.#delivering = this.#delivering.then(async () => {
      for (const waiting of all) await this.#put(waiting)
    })
    return this.#delivering
  }

  async stop(): Promise<void> {
    this.#stop()
    // Nobody is waited for who never came: without a log to deliver no bucket is needed.
    if (this.#waiting.size > 0) await this.deliver()
    await this.#delivering
  }

  async #put({ distribution, texts }: Waiting): Promise<void> {
    const bucket = this.#bucketOf(distribution)
    if (!bucket) return
    try {
      const objects = await this.#world.ports.need('objects')
      const header = Buffer.from(`${LOG_HEADER.join('\n')}\n`)
      for (const [hour, lines] of byHour(Buffer.concat(texts))) {
        const body = gzipSync(Buffer.concat([header, ...lines]))
        await objects.put(bucket.name, this.#keyOf(distribution, hour), body, {
          headers: { 'content-type': 'application/octet-stream' },
        })
      }
    } catch (error) {
      this.#refuse(distribution, bucket.name, messageOf(error))
    }
  }

  /** The bucket, if CloudFront may write to it. */
  #bucketOf(distribution: Distribution): Bucket | undefined {
    const name = (distribution.logging?.bucket ?? '').replace(/\.s3[.-].*$/, '')
    const bucket = nodesOf(this.#world.architecture, 'bucket').find(each => each.name === name)
    if (!bucket) {
      this.#refuse(distribution, name, 'there is no such bucket')
      return undefined
    }
    const { objectOwnership = 'BucketOwnerEnforced' } = bucket
    if (objectOwnership !== 'BucketOwnerEnforced') return bucket
    this.#refuse(
      distribution,
      name,
      'the bucket does not enable ACL access; give it the object ownership BucketOwnerPreferred, or AWS refuses the distribution',
    )
    return undefined
  }

  #refuse({ id, physicalId }: Distribution, bucket: string, because: string): void {
    const key = `${id} ${because}`
    if (this.#refused.has(key)) return
    this.#refused.add(key)
    this.#world.journal.write({
      kind: 'cloudfront.logRefused',
      node: id,
      message: `standard logs of ${physicalId} can't be delivered to ${bucket}: ${because}`,
      details: { bucket },
    })
  }

  /** `<prefix>/<distribution>.2026-11-22-09.RT4KCN4SGK9.gz` */
  #keyOf({ physicalId, logging }: Distribution, hour: string): string {
    const prefix = logging?.prefix ? `${logging.prefix.replace(/^\/|\/$/g, '')}/` : ''
    return `${prefix}${physicalId}.${hour}.${this.#world.random.text(11, UPPER_ALPHANUMERIC)}.gz`
  }
}
