import { createHash } from 'node:crypto'
import type { RolePermissions, Status } from '@terrace/control'
import { type Clock, messageOf, type Stop, scaledClock, seconds, seeded, systemClock } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import { openAuthority } from './certificates/authority.ts'
import { notEmulated } from './coverage.ts'
import { startDataPlane } from './dataplane/data-plane.ts'
import { frontDoors } from './front-doors.ts'
import { startGateway } from './gateway/gateway.ts'
import type { Calls } from './identity/calls.ts'
import { permissionsOf } from './identity/permissions.ts'
import type { Journal } from './journal.ts'
import type { Logs } from './logs.ts'
import { makeWorld } from './make-world.ts'
import { requirePrograms } from './missing/programs.ts'
import { type RunningFlowLogs, startFlowLogs } from './network/flow-logs/start.ts'
import { VpcNetwork } from './network/vpc-network.ts'
import type { Connections, Ports, Traces } from './ports.ts'
import { findInstalled, type ProgramId } from './programs/programs.ts'
import { services as serviceTable } from './services/index.ts'
import type { EmbeddedChoice } from './services/rds/index.ts'
import { findPostgres } from './services/rds/postgres/find.ts'
import type { RunningService } from './services/service.ts'
import type { Mail } from './services/ses/mail.ts'
import { allHealthy, databaseStatus, type StatusPorts, tiersOf } from './status.ts'
import { LiveArchitecture } from './update/live-architecture.ts'
import { type UpdateOutcome, type UpdateRequest, Updater } from './update/updater.ts'
import type { World } from './world.ts'
import type { Zones } from './zones.ts'

/** What starts a system on this machine. */
export interface CloudOptions {
  readonly architecture: Architecture
  /** `.terrace/<name>`: made when it isn't there. */
  readonly stateFolder: string
  /** What stands for 443, for 80, and the gateway for AWS clients; 0 lets the system choose. */
  readonly ports: { readonly public: number; readonly http: number; readonly gateway: number }
  /** Whether the database may be, must be or can't be the embedded one. */
  readonly embedded: EmbeddedChoice
  readonly clock?: Clock
  /** How many times as fast as that clock the control loops run; 1 when absent. */
  readonly timeScale?: number
  /** `aws`: a database failover takes the 60–120 s that RDS documents. */
  readonly pace?: 'fast' | 'aws'
  /** Programs that can't run here are replaced by placeholders that say so. */
  readonly standIns?: boolean
  readonly onProgress?: (step: ProgressStep) => void
}

export interface ProgressStep {
  readonly name: string
  readonly state: 'started' | 'done' | 'failed'
  readonly message?: string
}

/** A running system. */
export interface Cloud {
  /** Front doors (`site`, `api`, `web`) and the gateway (`aws`), without trailing slash. */
  readonly urls: Readonly<Record<string, string>>
  readonly embedded: boolean
  /** What of the template does not run here, one sentence each. */
  readonly notEmulated: readonly string[]
  readonly journal: Journal
  readonly logs: Logs
  /** The availability zones, to be stopped and started. */
  readonly zones: Zones
  /** What roles have called. */
  readonly calls: Pick<Calls, 'seen'>
  /** What every role may do, and what of it was called until now; in the order of the template. */
  permissions(): readonly RolePermissions[]
  /** Every mail that was sent. */
  inbox(): Promise<Mail['inbox']>
  /** The traces that X-Ray has received. */
  traces(): Promise<Traces>
  /** Shells and database clients in the place of a workload. */
  readonly connections: Connections
  /** Takes the snapshots that the template wants of databases before they go. @returns their identifiers */
  finalSnapshots(): Promise<readonly string[]>
  /**
   * Resolves when every target is healthy and every success signal that the template waits for has come.
   * @throws TerraceError STACK_CREATE_FAILED when one has not come in time, or was a failure
   */
  ready(signal?: AbortSignal): Promise<void>
  status(): Promise<Status>
  /** Why a changed architecture can't be brought in while it runs, a sentence each; empty when it can. */
  updateRefusals(architecture: Architecture): Promise<readonly string[]>
  /**
   * Brings a changed architecture in, and takes it back when something of it fails.
   * @throws TerraceError UPDATE_REFUSED, UPDATE_IN_PROGRESS, and what a start is refused with; nothing has changed then
   */
  update(request: UpdateRequest): Promise<UpdateOutcome>
  /** Resident memory, in bytes, of everything it started and of this process. */
  memory(): Promise<number>
  /** Drains, stops in the reverse order, and leaves nothing behind but the state. */
  stop(): Promise<void>
}

/** What of a template would not run here, without starting it. */
export const notEmulatedIn = (architecture: Architecture): string[] =>
  notEmulated(architecture, serviceTable({ embedded: 'allowed' }))

const STOP_GRACE = seconds(20)

const isInstalled = async (program: ProgramId) =>
  (program === 'postgres' ? await findPostgres() : await findInstalled(program)) !== undefined

/** Runs a model. @throws TerraceError when something can't start; what had started is stopped again */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { architecture: first, embedded, standIns = false } = options
  await requirePrograms(first, { embedded, standIns, isInstalled })
  const architecture = new LiveArchitecture(first)
  const world = worldOf({ ...options, architecture })
  const table = serviceTable(options)
  const running: { name: string; service: RunningService }[] = []
  const ends: (() => Promise<void>)[] = []
  let flowLogs: RunningFlowLogs | undefined

  const stop = async () => {
    await flowLogs?.stop()
    const inTableOrder = table.flatMap(({ name }) => running.find(entry => entry.name === name) ?? [])
    for (const { service } of inTableOrder.reverse()) await service.stop()
    await world.supervisor.stopAll(STOP_GRACE)
    for (const end of ends.reverse()) await end()
    world.journal.write({ kind: 'cloud.stopped', message: `${architecture.name} has stopped` })
    await Promise.all([world.journal.close(), world.logs.close()])
  }

  try {
    const dataPlane = startDataPlane(world)
    ends.push(() => dataPlane.stop())
    const gateway = await startGateway(world, { port: options.ports.gateway })
    ends.push(() => gateway.stop())
    const network = startNetwork(world)
    ends.push(() => network.stop())
    world.ports.provide('network', network)
    world.ports.provide('dataPlane', dataPlane)
    world.ports.provide('gateway', gateway)
    await allOrNone(world.ports, [
      openAuthorities(world),
      ...table.map(async service => {
        const started = await withProgress(options, service.name, () => service.start(world))
        running.push({ name: service.name, service: started })
        if (started.api) gateway.register(started.api)
      }),
    ])
    flowLogs = startFlowLogs(world, network)
    // Nobody comes in before there is something to find: an early miss would be remembered by the CDN.
    const publicPorts = await dataPlane.listen(options.ports.public, options.ports.http)
    const emulated = new Set(table.flatMap(({ emulates }) => emulates))
    const updater = new Updater({
      architecture,
      journal: world.journal,
      services: () => running.map(({ name, service }) => ({ name, updates: service.updates })),
      isEmulated: kind => emulated.has(kind),
    })
    const urls = () => ({ ...frontDoors(architecture, publicPorts), aws: gateway.url })
    return await runningCloud(options, world, urls, updater, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** The network, which falls silent with a zone and comes back with it. */
function startNetwork(world: World): VpcNetwork {
  const { architecture, clock, journal, random, zones } = world
  const network = new VpcNetwork({ architecture, random, folder: world.folders.run, clock, journal })
  const blackholes = new Map<string, Stop>()
  zones.onChange((zone, up) => {
    if (up) blackholes.get(zone)?.()
    else blackholes.set(zone, network.faults.blackhole({ kind: 'zone', zone }))
  })
  return network
}

/** Waits for all; when one fails, those that wait for it fail too, and all have settled before the error goes on. */
async function allOrNone(ports: Ports, starts: readonly Promise<void>[]): Promise<void> {
  for (const start of starts) start.catch(error => ports.abandon(error))
  const failure = (await Promise.allSettled(starts)).find(outcome => outcome.status === 'rejected')
  if (failure) throw ports.abandonedBecause ?? failure.reason
}

async function withProgress<T>({ onProgress }: CloudOptions, name: string, action: () => Promise<T>): Promise<T> {
  onProgress?.({ name, state: 'started' })
  try {
    const result = await action()
    onProgress?.({ name, state: 'done' })
    return result
  } catch (error) {
    onProgress?.({ name, state: 'failed', message: messageOf(error) })
    throw error
  }
}

function worldOf({ architecture, stateFolder, timeScale = 1, clock: base = systemClock }: CloudOptions): World {
  const clock = timeScale === 1 ? base : scaledClock(timeScale, base)
  // New ids at every start: a machine that comes back is another machine.
  const random = seeded(createHash('sha256').update(`${stateFolder}${clock.now()}`).digest('hex'))
  return makeWorld({ architecture, stateFolder, clock, random, keepJournal: true })
}

async function openAuthorities(world: World): Promise<void> {
  const { realtime: clock, ports } = world
  const folder = world.folders.certificates
  const [publicOne, internal] = await Promise.all([
    openAuthority({ folder, clock, name: 'Terrace public', constrainedTo: ['localhost'] }),
    openAuthority({ folder, clock, name: 'Terrace internal' }),
  ])
  ports.provide('publicAuthority', publicOne)
  ports.provide('internalAuthority', internal)
}

async function runningCloud(
  options: CloudOptions,
  world: World,
  urls: () => Readonly<Record<string, string>>,
  updater: Updater,
  stop: () => Promise<void>,
): Promise<Cloud> {
  const stopping = new AbortController()
  const { architecture, ports } = world
  const [groups, instances, targetGroups, databases, services, signals, connections, dashboards] = await Promise.all([
    ports.need('groups'),
    ports.need('instances'),
    ports.need('targetGroups'),
    ports.need('databases'),
    ports.need('ecsServices'),
    ports.need('resourceSignals'),
    ports.need('connections'),
    ports.need('dashboards'),
  ])
  const read: StatusPorts = {
    groups,
    instances,
    targetGroups,
    databases,
    services,
    standIns: options.standIns ?? false,
  }
  const embedded = databases.all.some(database => database.engine === 'embedded')
  const isReady = () => allHealthy(read)
  const healthy = async (signal?: AbortSignal) => {
    // Whatever happens may be the last that was missing: a target gets healthy, a group or a service needs fewer.
    while (!isReady()) await world.journal.next(() => true, signal)
  }
  world.journal.write({ kind: 'cloud.started', message: `${architecture.name} has started`, details: { urls: urls() } })
  return {
    get urls() {
      return urls()
    },
    embedded,
    get notEmulated() {
      return notEmulatedIn(architecture)
    },
    journal: world.journal,
    logs: world.logs,
    zones: world.zones,
    calls: world.calls,
    permissions: () => permissionsOf(architecture, world.calls),
    inbox: async () => (await ports.need('mail')).inbox,
    traces: () => ports.need('traces'),
    connections,
    finalSnapshots: () => databases.finalSnapshots(),
    async ready(signal) {
      await Promise.all([healthy(signal), signals.created()])
    },
    async status() {
      const database = databaseStatus(databases)
      return {
        name: architecture.name,
        ready: isReady(),
        embedded,
        urls: urls(),
        pid: process.pid,
        stateFolder: options.stateFolder,
        zones: world.zones.all.map(name => ({ name, state: world.zones.isUp(name) ? 'running' : 'stopped' })),
        tiers: tiersOf(architecture, read),
        ...(database === undefined ? {} : { database }),
        ...(dashboards.links.length === 0 ? {} : { dashboards: [...dashboards.links] }),
        notEmulated: notEmulatedIn(architecture),
      }
    },
    updateRefusals: async next => updater.refusals(next),
    async update(request) {
      const { embedded, standIns = false } = options
      await requirePrograms(request.architecture, { embedded, standIns, isInstalled })
      return updater.update(request, stopping.signal)
    },
    memory: async () => (await world.supervisor.memory()) + process.memoryUsage.rss(),
    stop() {
      stopping.abort()
      return stop()
    },
  }
}
