import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { type Duration, seconds } from '@terrace/kit'
import { type NetworkLink, openLink } from '../network/link.ts'
import type { Network, ProxyPort } from '../network/network.ts'
import type { ManagedProcess, ProcessSpec } from '../processes/supervisor.ts'
import { findProgram } from '../programs/find.ts'
import type { World } from '../world.ts'
import { AwsCalls } from './aws-calls.ts'
import { type ChosenProgram, chooseProgram } from './choose-program.ts'
import { COLLECTOR_PROGRAM } from './collector/is-collector.ts'
import { type HostLinks, openDoors } from './doors.ts'
import { canBeEmbedded } from './embedded.ts'
import { environmentOf, placeEnvironment } from './environment.ts'
import { fetchFiles } from './files.ts'
import type { Host, HostDescription, HostedProcess, HostedProcessSpec, HostPlace } from './host.ts'
import { pullImage } from './images.ts'
import { openLogStream } from './log-stream.ts'
import { type AccessLog, openAccessLog } from './nginx/access-log.ts'
import { unpackNginx } from './nginx/image.ts'
import { prepareNginx } from './nginx/launch.ts'
import type { NginxSite } from './nginx/render.ts'
import { SpanSender } from './nginx/spans.ts'
import { preparePostgres } from './postgres.ts'
import { reachAnonymously } from './reach.ts'
import { isParameter, readSecret } from './secrets.ts'

/** A Node process that hasn't reported to the network by then is ended: the network never fails open. */
const REPORT_TIMEOUT = seconds(15)

/** Where a collector takes OTLP by HTTP. */
const COLLECTOR_PORT = 4318

const STAND_IN = new URL('./stand-in-program.ts', import.meta.url).pathname

/** Opens a host on an interface: its link to the network, its doors to AWS and to its metadata. */
export async function openHost(world: World, description: HostDescription): Promise<Host> {
  const { ports, folders } = world
  const [network, gateway, authority] = await Promise.all([
    ports.need('network'),
    ports.need('gateway'),
    ports.need('internalAuthority'),
  ])
  const root = join(folders.state, 'hosts', description.id)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const link = await openLink(network, description.networkInterface)
  const links = await openDoors(world, network, gateway, description)
  const host = new OpenHost(world, network, description, { root, link, links, authorityFile: authority.file })
  world.hosts.add(host)
  return host
}

/** What an open host holds. */
interface Held {
  readonly root: string
  readonly link: NetworkLink
  readonly links: HostLinks
  readonly authorityFile: string
}

class OpenHost implements Host {
  readonly description: HostDescription
  readonly root: string
  readonly #world: World
  readonly #network: Network
  readonly #held: Held
  readonly #calls: AwsCalls
  readonly #running = new Set<HostedProcess>()
  readonly #relays = new Map<string, Promise<{ readonly socket: string; close(): void }>>()
  readonly #accessLogs = new Map<string, Promise<AccessLog>>()
  #proxy: Promise<ProxyPort> | undefined
  #closed = false

  constructor(world: World, network: Network, description: HostDescription, held: Held) {
    this.description = description
    this.root = held.root
    this.#world = world
    this.#network = network
    this.#held = held
    this.#calls = new AwsCalls({
      network,
      networkInterface: description.networkInterface,
      principal: description.launchPrincipal,
      credentials: world.credentials,
      clock: world.realtime,
      region: world.architecture.region,
      authority: readFileSync(held.authorityFile, 'utf8'),
      linkOf: endpoint => held.links.linkOf(endpoint),
    })
  }

  get aws(): Host['aws'] {
    return this.#calls
  }

  get processes(): readonly HostedProcess[] {
    return [...this.#running]
  }

  async pull(image: Parameters<Host['pull']>[0]): Promise<void> {
    await pullImage(image, { calls: this.#calls, reach: target => this.reach(target) })
  }

  async secretsOf(references: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    // At the start of the cloud the services come up at the same time as the instances.
    await this.#world.ports.need('secrets')
    if (Object.values(references).some(isParameter)) await this.#world.ports.need('parameters')
    const values: Record<string, string> = {}
    for (const [variable, reference] of Object.entries(references)) {
      values[variable] = await readSecret(reference, this.#calls, this.#world.architecture.region)
    }
    return values
  }

  async fetch(files: Parameters<Host['fetch']>[0]): Promise<void> {
    await this.#world.ports.need('objects')
    await fetchFiles(files, this.root, this.#calls, this.#world.architecture.region)
  }

  async reach(target: Parameters<Host['reach']>[0]): Promise<void> {
    reachAnonymously(this.#world, this.#network, this.description.networkInterface, target)
  }

  async openLogStream(group: string, stream: string): Promise<void> {
    await this.#world.ports.need('logGroups')
    await openLogStream(group, stream, this.#calls, this.#world.architecture.region)
  }

  async start(process: HostedProcessSpec): Promise<HostedProcess> {
    const { supervisor } = this.#world
    const prepared = await this.#prepare(process)
    const { networkInterface, id } = this.description
    const { standsInFor, controlled, ...spec } = prepared
    const name = `${id} ${process.name}`
    const started = await supervisor.start({
      ...spec,
      name,
      onLine: process.onLine,
      zone: networkInterface.zone,
    })
    if (controlled) this.#expectReport(process.name, started)
    const hosted: HostedProcess = {
      name: process.name,
      pid: started.pid,
      ...(standsInFor === undefined ? {} : { standsInFor }),
      exited: started.exited,
      stop: grace => started.stop(grace),
      kill: () => started.kill('SIGKILL'),
    }
    this.#running.add(hosted)
    void started.exited.then(() => this.#running.delete(hosted))
    return hosted
  }

  async place(): Promise<HostPlace> {
    this.#proxy ??= this.#network.openProxy(this.description.networkInterface)
    const { url } = await this.#proxy
    const { region } = this.#world.architecture
    const environment = this.#environment(placeEnvironment(url, this.#held.authorityFile, this.root, region), undefined)
    return { folder: this.root, environment }
  }

  async close(grace: Duration): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#world.hosts.remove(this)
    await Promise.all(this.processes.map(process => process.stop(grace)))
    for (const relay of this.#relays.values()) await relay.then(open => open.close())
    await this.#proxy?.then(open => open.close())
    for (const log of this.#accessLogs.values()) await log.then(open => open.close())
    this.#held.link.close()
    await this.#held.links.close()
    rmSync(this.root, { recursive: true, force: true })
  }

  async #prepare(process: HostedProcessSpec): Promise<Prepared> {
    const { standIns = false } = this.description
    const chosen = chooseProgram(process, { standIns, hasNginx: findProgram(['nginx']) !== undefined })
    switch (chosen.kind) {
      case 'nginx':
        return this.#nginx(process, this.#placed(chosen.configuration), 'http')
      case 'nginxImage':
        return this.#nginx(process, unpackNginx(chosen.image, this.root), 'main')
      case 'postgres':
        return this.#postgres(process, chosen.dataFolder)
      case 'collector':
        return this.#collector(process, chosen)
      case 'standIn':
        return this.#standIn(process, chosen.for)
      case 'node':
        return this.#node(process, chosen)
    }
  }

  async #node(process: HostedProcessSpec, { args, folder, image }: Extract<ChosenProgram, { kind: 'node' }>) {
    const port = process.port ?? image.exposedPort
    this.#clear(port)
    const embedded = canBeEmbedded(image) ? await this.#embedded() : {}
    const environment = this.#environment({ ...image.environment, ...process.environment, ...embedded }, port)
    return {
      command: globalThis.process.execPath,
      args,
      cwd: folder,
      environment,
      controlled: true,
      ...(image.stopSignal === undefined ? {} : { stopSignal: signalOf(image.stopSignal) }),
    }
  }

  async #collector(process: HostedProcessSpec, { words, for: image }: Extract<ChosenProgram, { kind: 'collector' }>) {
    const environment = this.#environment(process.environment, process.port)
    const command = globalThis.process.execPath
    const args = [COLLECTOR_PROGRAM, ...words]
    return { command, args, cwd: this.root, environment, controlled: true, standsInFor: image }
  }

  async #standIn(process: HostedProcessSpec, image: string): Promise<Prepared> {
    this.#clear(process.port)
    const environment = this.#environment({ ...process.environment, TERRACE_STAND_IN: image }, process.port)
    const command = globalThis.process.execPath
    return { command, args: [STAND_IN], cwd: this.root, environment, controlled: true, standsInFor: image }
  }

  async #nginx(process: HostedProcessSpec, configuration: string, level: NginxSite['level']): Promise<Prepared> {
    const { networkInterface } = this.description
    const environment = this.#environment(process.environment, process.port)
    const folder = join(this.root, `.nginx-${process.name}`)
    const { sockets: _, ...launch } = await prepareNginx(
      process.name,
      configuration,
      {
        level,
        folder,
        accessLog: (await this.#accessLog(join(folder, 'access.log'), process)).path,
        root: this.root,
        address: networkInterface.address,
        authorityFile: this.#held.authorityFile,
        socketOf: port => this.#network.socketOf(networkInterface, port),
        loopbackSocketOf: port => this.#network.loopbackSocketOf(networkInterface, port),
        openRelay: async (host, port) => (await this.#relay(host, port)).socket,
      },
      environment,
    )
    return { ...launch, environment, controlled: false }
  }

  async #postgres({ name, port = 5432 }: HostedProcessSpec, dataFolder: string): Promise<Prepared> {
    const launch = await preparePostgres(name, dataFolder, this.description.networkInterface.folder, port)
    return { ...launch, controlled: false }
  }

  /** As the start script writes it: the zone of the instance in the place of `@zone@`. */
  #placed(configuration: string): string {
    return configuration.replaceAll('@zone@', this.description.networkInterface.zone)
  }

  #accessLog(path: string, { onLine }: HostedProcessSpec): Promise<AccessLog> {
    const known = this.#accessLogs.get(path)
    if (known) return known
    const collector = this.#network.loopbackSocketOf(this.description.networkInterface, COLLECTOR_PORT)
    const spans = new SpanSender(this.#world.realtime, collector)
    const opened = openAccessLog(path, line => spans.take(line) || onLine(line, 'out')).then(log => ({
      path: log.path,
      close() {
        log.close()
        spans.close()
      },
    }))
    this.#accessLogs.set(path, opened)
    return opened
  }

  /** Relays stay open: a process that starts again finds the same ones. */
  #relay(host: string, port: number) {
    const key = `${host}:${port}`
    const known = this.#relays.get(key)
    if (known) return known
    const opened = this.#network.openRelay(this.description.networkInterface, host, port)
    this.#relays.set(key, opened)
    return opened
  }

  #environment(own: Readonly<Record<string, string>>, port: number | undefined): Record<string, string> {
    const { link, authorityFile, root } = this.#held
    const { networkInterface } = this.description
    return environmentOf({ ...this.description.environment, ...own }, port, {
      root,
      networkInterface,
      link: link.socket,
      authorityFile,
    })
  }

  /** What an application that can do so runs on instead of the database of the template. */
  async #embedded(): Promise<Readonly<Record<string, string>>> {
    const databases = await this.#world.ports.need('databases')
    return Object.assign({}, ...databases.all.map(({ environment }) => environment))
  }

  // A process that ended without a stop leaves its socket behind, and could not listen again.
  #clear(port: number | undefined): void {
    if (port !== undefined) rmSync(this.#network.socketOf(this.description.networkInterface, port), { force: true })
  }

  #expectReport(name: string, process: ManagedProcess): void {
    const { journal, realtime } = this.#world
    const { id, owner } = this.description
    const stop = realtime.after(REPORT_TIMEOUT, () => {
      void process.stop(seconds(1))
      const message = `${name} on ${id} was ended: it did not report to the network`
      journal.write({ kind: 'workload.notUnderControl', node: owner, message, details: { host: id } })
    })
    void this.#held.link.reported(process.pid).then(stop)
    void process.exited.then(stop)
  }
}

interface Prepared extends Pick<ProcessSpec, 'command' | 'args' | 'cwd' | 'environment' | 'stopSignal'> {
  /** It has to report to the network. */
  readonly controlled: boolean
  readonly standsInFor?: string
}

/** `STOPSIGNAL` of a Dockerfile: a name, with or without `SIG`, or a number. */
function signalOf(text: string): NodeJS.Signals {
  const names = Object.entries(constants.signals)
  const found = names.find(([name, number]) => name === text || name === `SIG${text}` || String(number) === text)
  return found ? (found[0] as NodeJS.Signals) : 'SIGTERM'
}
