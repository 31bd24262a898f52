import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EventBus, type Stop } from '@terrace/kit'
import type { LogGroup, LogStream } from '@terrace/model'
import type { World } from '../../world.ts'
import { checkDeclared, type DeclaredFilter, putDeclared } from './declared-filters.ts'
import { EmbeddedMetrics } from './embedded-metrics/embedded-metrics.ts'
import { ResourceAlreadyExists, ResourceNotFound } from './errors.ts'
import { PatternCache } from './filter-pattern/pattern-cache.ts'
import type { Ingested } from './ingested.ts'
import type { LogEvent, LogGroups } from './log-groups.ts'
import { MetricFilters } from './metric-filters.ts'
import { fileNameOf, Group } from './store/group.ts'
import { OpenFiles } from './store/open-files.ts'
import { SubscriptionFilters } from './subscription-filters.ts'

type Surroundings = Pick<World, 'architecture' | 'clock' | 'realtime' | 'folders' | 'metrics' | 'deliveries'>

/** What of the template stands in one group. */
interface Declared {
  readonly streams: string[]
  readonly filters: DeclaredFilter[]
}

/** The log groups of one cloud, on disk below `data/logs`. */
export class LogsState implements LogGroups {
  readonly #world: Surroundings
  readonly #folder: string
  readonly #files = new OpenFiles()
  readonly #groups = new Map<string, Group>()
  /** By group: a group may be made after the start, and gets then what the template has for it. */
  readonly #declared = new Map<string, Declared>()
  readonly #embedded: EmbeddedMetrics
  readonly #metricFilters: MetricFilters
  readonly #subscriptionFilters: SubscriptionFilters
  readonly #ingested = new EventBus<Ingested>()

  /** Opens what is there. @throws TerraceError LOGS_STATE_CORRUPT */
  constructor(world: Surroundings) {
    this.#world = world
    this.#folder = join(world.folders.data, 'logs')
    this.#embedded = new EmbeddedMetrics(world)
    const patterns = new PatternCache()
    this.#metricFilters = new MetricFilters(world.metrics, patterns)
    this.#subscriptionFilters = new SubscriptionFilters(world, patterns)
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
    const now = this.#world.clock.now()
    const settings = { name, created: now, tags, metricFilters: [], subscriptionFilters: [] }
    const group = Group.create(join(this.#folder, fileNameOf(name)), this.#files, settings)
    this.#groups.set(name, group)
    this.#furnish(group)
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

  /**
   * Takes note of what the template has inside of a group: it is put by `furnish`, or when the group is made.
   *
   * @throws InvalidParameter, LimitExceeded for a filter that AWS refuses
   */
  declare(node: LogStream | DeclaredFilter): void {
    const declared = this.#declaredOf(node.group)
    if (node.kind === 'logStream') {
      declared.streams.push(node.name)
    } else {
      checkDeclared(node, declared.filters, this.#world.architecture)
      declared.filters.push(node)
    }
  }

  /** Puts what is declared into the groups that are there; what an earlier template had declared is gone. */
  furnish(): void {
    for (const group of this.#groups.values()) this.#furnish(group)
  }

  /** What was declared is declared no more: the template is read again. */
  forgetDeclared(): void {
    this.#declared.clear()
  }

  /** @throws ResourceNotFound */
  delete(name: string): void {
    this.get(name).delete()
    this.#groups.delete(name)
    // On AWS what stood in it is gone with it, and comes back with the next deployment alone.
    this.#declared.delete(name)
  }

  put(name: string, stream: string, events: readonly LogEvent[]): void {
    const group = this.get(name)
    const now = this.#world.clock.now()
    const target = group.findStream(stream) ?? group.createStream(stream, now)
    const first = target.append(events, now)
    if (events.length === 0) return
    this.#measure(group, events)
    const stored = events.map((event, i) => ({ ...event, stream, ingested: now, sequence: first + i }))
    const ingested: Ingested = { kind: 'ingested', group: name, stream, events: stored }
    this.#subscriptionFilters.apply(group.settings.subscriptionFilters, ingested)
    this.#ingested.publish(ingested)
  }

  /** Tells of events as they come in. */
  onIngested(listener: (ingested: Ingested) => void): Stop {
    return this.#ingested.subscribe(listener)
  }

  /** Takes away what retention no longer keeps. */
  expire(): void {
    for (const group of this.#groups.values()) group.expire(this.#world.clock.now())
  }

  /** Resolves when everything is on disk, and what is under way to functions has been handed over. */
  async close(): Promise<void> {
    for (const group of this.#groups.values()) group.save()
    this.#files.closeAll()
    await this.#subscriptionFilters.settled()
  }

  #declaredOf(group: string): Declared {
    const known = this.#declared.get(group)
    if (known) return known
    const declared: Declared = { streams: [], filters: [] }
    this.#declared.set(group, declared)
    return declared
  }

  #furnish(group: Group): void {
    const { streams, filters } = this.#declared.get(group.settings.name) ?? { streams: [], filters: [] }
    const now = this.#world.clock.now()
    for (const stream of streams) if (!group.findStream(stream)) group.createStream(stream, now)
    putDeclared(group, filters, now)
  }

  /** @see CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics" */
  #measure(group: Group, events: readonly LogEvent[]): void {
    const { name } = group.settings
    const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0)
    const of = { namespace: 'AWS/Logs', dimensions: { LogGroupName: name } }
    this.#world.metrics.put(
      { ...of, name: 'IncomingLogEvents', value: events.length, unit: 'None' },
      { ...of, name: 'IncomingBytes', value: bytes, unit: 'Bytes' },
    )
    this.#metricFilters.apply(group.settings.metricFilters, events)
    this.#embedded.apply(name, events)
  }
}
