import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LogGroup } from '@terrace/model'
import type { World } from '../../world.ts'
import { ResourceAlreadyExists, ResourceNotFound } from './errors.ts'
import type { LogEvent, LogGroups } from './log-groups.ts'
import { MetricFilters } from './metric-filters.ts'
import { fileNameOf, Group } from './store/group.ts'
import { OpenFiles } from './store/open-files.ts'

type Surroundings = Pick<World, 'architecture' | 'clock' | 'realtime' | 'folders' | 'metrics'>

/** The log groups of one cloud, on disk below `data/logs`. */
export class LogsState implements LogGroups {
  readonly #world: Surroundings
  readonly #folder: string
  readonly #files = new OpenFiles()
  readonly #groups = new Map<string, Group>()
  readonly #metricFilters: MetricFilters

  /** Opens what is there. @throws TerraceError LOGS_STATE_CORRUPT */
  constructor(world: Surroundings) {
    this.#world = world
    this.#folder = join(world.folders.data, 'logs')
    this.#metricFilters = new MetricFilters(world.metrics)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.#folder)) {
      const group = Group.open(join(this.#folder, name), this.#files)
      this.#groups.set(group.settings.name, group)
    }
  }

  /** In the order of their names. */
  get all(): readonly Group[] {
    return [...this.#groups.values()].sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1))
  }

  /** Without `:*` at its end. */
  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:logs:${region}:${account}:log-group:${name}`
  }

  has(name: string): boolean {
    return this.#groups.has(name)
  }

  find(name: string): Group | undefined {
    return this.#groups.get(name)
  }

  /** @throws ResourceNotFound */
  get(name: string): Group {
    const group = this.#groups.get(name)
    if (!group) throw new ResourceNotFound('log group')
    return group
  }

  create(name: string, tags: Readonly<Record<string, string>> = {}): void {
    if (this.has(name)) return
    const settings = { name, created: this.#world.clock.now(), tags, metricFilters: [] }
    this.#groups.set(name, Group.create(join(this.#folder, fileNameOf(name)), this.#files, settings))
  }

  /** @throws ResourceAlreadyExists */
  createNew(name: string, tags: Readonly<Record<string, string>>): void {
    if (this.has(name)) throw new ResourceAlreadyExists('log group')
    this.create(name, tags)
  }

  /** Makes a group of the template, or gives it what the template says now. */
  adopt({ name, retentionDays, tags }: LogGroup): void {
    this.create(name, tags)
    const group = this.get(name)
    if (group.settings.retentionDays !== retentionDays) group.change({ retentionDays })
  }

  /** @throws ResourceNotFound */
  delete(name: string): void {
    this.get(name).delete()
    this.#groups.delete(name)
  }

  put(name: string, stream: string, events: readonly LogEvent[]): void {
    const group = this.get(name)
    const now = this.#world.clock.now()
    const target = group.findStream(stream) ?? group.createStream(stream, now)
    target.append(events, now)
    this.#measure(group, events)
  }

  /** Takes away what retention no longer keeps. */
  expire(): void {
    for (const group of this.#groups.values()) group.expire(this.#world.clock.now())
  }

  close(): void {
    for (const group of this.#groups.values()) group.save()
    this.#files.closeAll()
  }

  /** @see CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics" */
  #measure(group: Group, events: readonly LogEvent[]): void {
    if (events.length === 0) return
    const { name } = group.settings
    const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0)
    const of = { namespace: 'AWS/Logs', dimensions: { LogGroupName: name } }
    this.#world.metrics.put(
      { ...of, name: 'IncomingLogEvents', value: events.length, unit: 'None' },
      { ...of, name: 'IncomingBytes', value: bytes, unit: 'Bytes' },
    )
    this.#metricFilters.apply(group.settings.metricFilters, events)
  }
}
