import type { Instant, Stop } from '@terrace/kit'
import type { Distribution, NodeId } from '@terrace/model'
import type { DataPlane } from '../../ports.ts'
import type { World } from '../../world.ts'
import {
  BatchTooLarge,
  InvalidArgument,
  InvalidationBatchAlreadyExists,
  NoSuchInvalidation,
  TooManyInvalidationsInProgress,
} from './errors.ts'
import {
  INVALIDATION_TIME,
  LONGEST_PATH,
  MOST_FILES_IN_PROGRESS,
  MOST_PATHS,
  MOST_WILDCARDS_IN_PROGRESS,
  UPPER_ALPHANUMERIC,
} from './limits.ts'

/** One invalidation of a distribution. */
export interface Invalidation {
  /** `I` and 13 or more characters. */
  readonly id: string
  readonly distribution: NodeId
  readonly createdAt: Instant
  readonly callerReference: string
  readonly paths: readonly string[]
  readonly status: 'InProgress' | 'Completed'
}

/**
 * The invalidations of all distributions.
 *
 * @see CloudFront Developer Guide, "What you need to know when invalidating files", "Concurrent invalidation request
 * maximum". `differs:` they are forgotten when the cloud ends
 */
export class Invalidations {
  readonly #world: World
  readonly #dataPlane: DataPlane
  readonly #all: Invalidation[] = []
  readonly #timers = new Set<Stop>()

  constructor(world: World, dataPlane: DataPlane) {
    this.#world = world
    this.#dataPlane = dataPlane
  }

  /**
   * Forgets what is kept for these paths. The same reference with the same paths is the same invalidation.
   *
   * @throws BatchTooLarge, InvalidArgument, InvalidationBatchAlreadyExists, TooManyInvalidationsInProgress
   */
  create({ id, physicalId }: Distribution, callerReference: string, paths: readonly string[]): Invalidation {
    if (paths.length > MOST_PATHS) throw new BatchTooLarge()
    if (paths.length === 0 || !paths.every(isPath)) {
      throw new InvalidArgument('Your request contains one or more invalid invalidation paths.')
    }
    const known = this.of(id).find(each => each.callerReference === callerReference)
    if (known && known.paths.join('\n') === paths.join('\n')) return known
    if (known) throw new InvalidationBatchAlreadyExists()
    this.#checkInProgress(id, paths)
    const { clock, journal, random } = this.#world
    const invalidation: Invalidation = {
      id: `I${random.text(25, UPPER_ALPHANUMERIC)}`,
      distribution: id,
      createdAt: clock.now(),
      callerReference,
      paths,
      status: 'InProgress',
    }
    this.#all.unshift(invalidation)
    this.#dataPlane.send({ type: 'invalidate', distribution: id, paths })
    const message = `${physicalId} forgets ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`
    journal.write({ kind: 'cloudfront.invalidation', node: id, message, details: { id: invalidation.id, paths } })
    this.#completeLater(invalidation)
    return invalidation
  }

  /** Of one distribution, the newest first. */
  of(distribution: NodeId): readonly Invalidation[] {
    return this.#all.filter(each => each.distribution === distribution)
  }

  /** @throws NoSuchInvalidation */
  get(distribution: NodeId, id: string): Invalidation {
    const found = this.of(distribution).find(each => each.id === id)
    if (found) return found
    throw new NoSuchInvalidation()
  }

  /** How many of a distribution are in progress. */
  inProgress(distribution: NodeId): number {
    return this.of(distribution).filter(({ status }) => status === 'InProgress').length
  }

  stop(): void {
    for (const stop of this.#timers) stop()
  }

  #completeLater(invalidation: Invalidation): void {
    const stop = this.#world.clock.after(INVALIDATION_TIME, () => {
      this.#timers.delete(stop)
      this.#all[this.#all.indexOf(invalidation)] = { ...invalidation, status: 'Completed' }
    })
    this.#timers.add(stop)
  }

  #checkInProgress(distribution: NodeId, added: readonly string[]): void {
    const underWay = this.of(distribution).filter(({ status }) => status === 'InProgress')
    const paths = [...underWay.flatMap(each => each.paths), ...added]
    const wildcards = paths.filter(path => path.endsWith('*')).length
    if (wildcards > MOST_WILDCARDS_IN_PROGRESS || paths.length - wildcards > MOST_FILES_IN_PROGRESS) {
      throw new TooManyInvalidationsInProgress()
    }
  }
}

const isPath = (path: string): boolean =>
  path.startsWith('/') && path.length <= LONGEST_PATH && !path.slice(0, -1).includes('*') && !/\s/.test(path)
