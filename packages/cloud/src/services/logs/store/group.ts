import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { days, type Instant, messageOf, TerraceError } from '@terrace/kit'
import { ResourceAlreadyExists, ResourceNotFound } from '../errors.ts'
import { EVENT_OVERHEAD_BYTES } from '../limits.ts'
import type { MetricFilter } from '../metric-filters.ts'
import type { SubscriptionFilter } from '../subscription-filters.ts'
import type { OpenFiles } from './open-files.ts'
import { Stream } from './stream.ts'

/** What a group has beside its streams. */
export interface GroupSettings {
  readonly name: string
  readonly created: Instant
  /** Absent: for ever. */
  readonly retentionDays?: number
  readonly tags: Readonly<Record<string, string>>
  readonly metricFilters: readonly MetricFilter[]
  readonly subscriptionFilters: readonly SubscriptionFilter[]
}

const SETTINGS = 'group.json'

/** A file name for any name: no name can lead out of the folder. */
export const fileNameOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32)

/** A log group: a folder with its settings and its streams. */
export class Group {
  readonly #folder: string
  readonly #files: OpenFiles
  readonly #streams = new Map<string, Stream>()
  #settings: GroupSettings

  private constructor(folder: string, files: OpenFiles, settings: GroupSettings) {
    this.#folder = folder
    this.#files = files
    this.#settings = settings
  }

  static create(folder: string, files: OpenFiles, settings: GroupSettings): Group {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const group = new Group(folder, files, settings)
    group.change({})
    return group
  }

  /** @throws TerraceError LOGS_STATE_CORRUPT */
  static open(folder: string, files: OpenFiles): Group {
    try {
      const settings = JSON.parse(readFileSync(join(folder, SETTINGS), 'utf8'))
      // A group of an earlier version has none.
      const group = new Group(folder, files, { subscriptionFilters: [], ...settings })
      for (const file of readdirSync(folder)) {
        const base = /^([0-9a-f]{32})\.json$/.exec(file)?.[1]
        if (base === undefined) continue
        const stream = Stream.open({ folder, base, files })
        group.#streams.set(stream.name, stream)
      }
      return group
    } catch (cause) {
      throw new TerraceError('LOGS_STATE_CORRUPT', `${folder} does not hold a log group: ${messageOf(cause)}`, {
        hint: 'forget all data with: terrace reset',
        cause,
      })
    }
  }

  get settings(): GroupSettings {
    return this.#settings
  }

  /** In the order of their names. */
  get streams(): readonly Stream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** As AWS counts: each event is 26 bytes more than its message. */
  get storedBytes(): number {
    const segments = [...this.#streams.values()].flatMap(stream => stream.segments)
    return segments.reduce((sum, { messageBytes, events }) => sum + messageBytes + events * EVENT_OVERHEAD_BYTES, 0)
  }

  /** Events older than this are gone for those who read. */
  oldestReadable(now: Instant): Instant {
    const { retentionDays } = this.#settings
    return retentionDays === undefined ? 0 : now - days(retentionDays)
  }

  findStream(name: string): Stream | undefined {
    return this.#streams.get(name)
  }

  /** @throws ResourceNotFound */
  stream(name: string): Stream {
    const stream = this.#streams.get(name)
    if (!stream) throw new ResourceNotFound('log stream')
    return stream
  }

  /** @throws ResourceAlreadyExists */
  createStream(name: string, now: Instant): Stream {
    if (this.#streams.has(name)) throw new ResourceAlreadyExists('log stream')
    const stream = Stream.create(name, now, { folder: this.#folder, base: fileNameOf(name), files: this.#files })
    this.#streams.set(name, stream)
    return stream
  }

  /** @throws ResourceNotFound */
  deleteStream(name: string): void {
    this.stream(name).delete()
    this.#streams.delete(name)
  }

  /** Sets what is given; `retentionDays: undefined` ends the retention. */
  change(
    change: Partial<Omit<GroupSettings, 'name' | 'created' | 'retentionDays'>> & { retentionDays?: number | undefined },
  ): void {
    const { retentionDays: given, ...rest } = change
    const { retentionDays: present, ...settings } = this.#settings
    const retentionDays = 'retentionDays' in change ? given : present
    this.#settings = { ...settings, ...rest, ...(retentionDays === undefined ? {} : { retentionDays }) }
    const file = join(this.#folder, SETTINGS)
    writeFileSync(`${file}.new`, JSON.stringify(this.#settings), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  expire(now: Instant): void {
    const oldest = this.oldestReadable(now)
    for (const stream of this.#streams.values()) stream.expire(oldest)
  }

  save(): void {
    for (const stream of this.#streams.values()) stream.save()
  }

  delete(): void {
    for (const stream of this.#streams.values()) stream.delete()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
