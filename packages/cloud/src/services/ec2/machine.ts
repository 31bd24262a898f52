import { type Duration, messageOf, type Stop, seconds, TerraceError } from '@terrace/kit'
import { getNode, type ImageProcess, type Machine, type NodeId, type Zone } from '@terrace/model'
import type { Principal } from '../../identity/principal.ts'
import { type Dropped, type NetworkLink, openLink } from '../../network/link.ts'
import type { Network, NetworkInterface } from '../../ports.ts'
import type { Exit, ManagedProcess } from '../../processes/supervisor.ts'
import type { World } from '../../world.ts'
import type { Instance, InstanceState } from './instances.ts'
import {
  clearSockets,
  fetchSecrets,
  type LaunchSite,
  processSpec,
  restartDelay,
  STEADY_AFTER,
} from './process-launch.ts'

/** A Node process that hasn't reported to the network by then is ended: the network never fails open. */
const REPORT_TIMEOUT = seconds(15)

/** One running instance: boots its workload, restarts what crashes, and stops it in the end. */
export class RunningMachine implements Instance {
  readonly id: string
  readonly owner: NodeId
  readonly zone: Zone
  readonly networkInterface: NetworkInterface
  readonly machine: Machine
  readonly launchedAt: number
  state: InstanceState = 'pending'
  statusCheck: 'ok' | 'impaired' = 'ok'

  readonly #world: World
  readonly #network: Network
  readonly #changed: () => void
  readonly #running = new Map<string, ManagedProcess>()
  readonly #stops = new Set<Stop>()
  readonly #dropsNoted = new Set<string>()
  #link: NetworkLink | undefined

  constructor(
    world: World,
    network: Network,
    identity: {
      readonly id: string
      readonly owner: NodeId
      readonly machine: Machine
      readonly networkInterface: NetworkInterface
    },
    changed: () => void,
  ) {
    this.id = identity.id
    this.owner = identity.owner
    this.machine = identity.machine
    this.networkInterface = identity.networkInterface
    this.zone = identity.networkInterface.zone
    this.launchedAt = world.clock.now()
    this.#world = world
    this.#network = network
    this.#changed = changed
  }

  get processes(): readonly { name: string; pid: number }[] {
    return [...this.#running].map(([name, { pid }]) => ({ name, pid }))
  }

  /** Carries out what the user data says; a failure is the instance's, as on AWS: it stays, without its workload. */
  async boot(): Promise<void> {
    const { workload } = this.machine
    if (!workload) return this.#note('ec2.noWorkload', `${this.id} starts nothing: its user data describes no workload`)
    try {
      const site = await this.#site()
      for (const process of workload.processes) {
        if (process.kind === 'image') await this.#start(process, site, 0)
        else
          this.#note('ec2.notEmulated', `${this.id} does not run ${process.name}: NGINX processes are not emulated yet`)
      }
    } catch (error) {
      if (!(error instanceof TerraceError) || error.blame === 'internal') throw error
      this.#note('ec2.bootFailed', `the user data of ${this.id} failed: ${error.message}`)
    }
  }

  /** Asks its processes to stop, cuts them after the grace, and gives its address back. */
  async shutDown(grace: Duration): Promise<void> {
    this.#setState('shutting-down')
    for (const stop of this.#stops) stop()
    await Promise.all([...this.#running.values()].map(process => process.stop(grace)))
    this.#link?.close()
    this.#network.detach(this.networkInterface.id)
    this.#setState('terminated')
  }

  markRunning(): void {
    this.#setState('running')
  }

  async #site(): Promise<LaunchSite> {
    this.#link ??= await openLink(this.#network, this.networkInterface, dropped => this.#noteDropped(dropped))
    const [authority, databases] = await Promise.all([
      this.#world.ports.need('internalAuthority'),
      this.#world.ports.need('databases'),
    ])
    return {
      network: this.#network,
      networkInterface: this.networkInterface,
      linkSocket: this.#link.socket,
      internalCertificateFile: authority.file,
      extra: Object.assign({}, ...databases.all.map(database => database.environment)),
    }
  }

  async #start(process: ImageProcess, site: LaunchSite, restarts: number): Promise<void> {
    const secrets = await this.#world.ports.need('secrets')
    const values = await fetchSecrets(process, this.machine, site, secrets, this.#principal())
    if (this.state === 'shutting-down' || this.state === 'terminated') return
    const embeddable =
      process.image.kind === 'directory' && process.image.labels['org.terrace.embedded-database'] === 'sqlite'
    const onLine = (line: string) => this.#world.logs.write('application', this.id, line)
    const spec = processSpec(process, embeddable ? site : { ...site, extra: {} }, values, onLine)
    const startedAt = this.#world.clock.now()
    clearSockets(process, site)
    const started = await this.#world.supervisor.start({ ...spec, name: `${this.id} ${process.name}` })
    this.#running.set(process.name, started)
    this.#expectReport(process.name, started)
    this.#changed()
    started.exited.then(exit => {
      this.#running.delete(process.name)
      const steady = this.#world.clock.now() - startedAt >= STEADY_AFTER
      this.#ended(process, site, exit, steady ? 0 : restarts)
    })
  }

  // The container runtime starts a process again that ends. When the last one was killed from outside, the machine
  // itself stands for what died: as after a power loss nothing is left that could start anything.
  #ended(process: ImageProcess, site: LaunchSite, exit: Exit, restarts: number): void {
    this.#changed()
    if (this.state === 'shutting-down' || this.state === 'terminated') return
    const how = exit.signal ?? `exit code ${exit.code}`
    if (exit.signal === 'SIGKILL' && this.#running.size === 0) return this.#fail()
    if (process.restart === 'no') return this.#note('ec2.processEnded', `${process.name} on ${this.id} ended (${how})`)
    const delay = restartDelay(restarts)
    this.#note('ec2.processRestarts', `${process.name} on ${this.id} ended (${how}) and starts again`)
    const stop = this.#world.clock.after(delay, () => {
      this.#stops.delete(stop)
      this.#start(process, site, restarts + 1).catch(error => {
        this.#note('ec2.bootFailed', `${process.name} on ${this.id} could not start again: ${messageOf(error)}`)
      })
    })
    this.#stops.add(stop)
  }

  #fail(): void {
    this.statusCheck = 'impaired'
    for (const stop of this.#stops) stop()
    this.#note('ec2.impaired', `${this.id} fails its status check: all its processes were killed`)
    this.#changed()
  }

  #expectReport(name: string, process: ManagedProcess): void {
    const stop = this.#world.clock.after(REPORT_TIMEOUT, () => {
      process.kill('SIGTERM')
      this.#note('ec2.notUnderControl', `${name} on ${this.id} was ended: it did not report to the network`)
    })
    this.#stops.add(stop)
    this.#link?.reported(process.pid).then(stop)
    process.exited.then(stop)
  }

  #principal(): Principal {
    if (!this.machine.role) return { kind: 'anonymous' }
    const role = getNode(this.#world.architecture, this.machine.role, 'role')
    const sessionArn = `arn:aws:sts::${this.#world.architecture.account}:assumed-role/${role.name}/${this.id}`
    return { kind: 'role', role: role.id, arn: role.arn, sessionArn }
  }

  // Clients try again and again; the reason is worth saying once.
  #noteDropped({ host, port }: Dropped): void {
    const address = this.#network.resolve(host)[0] ?? host
    const verdict = this.#network.decide(this.networkInterface, address, port)
    const because = verdict.kind === 'dropped' ? verdict.because : 'it is allowed by now'
    const message = `${this.id} gets no answer from ${host}:${port}: ${because}`
    if (this.#dropsNoted.has(message)) return
    this.#dropsNoted.add(message)
    this.#note('network.dropped', message)
  }

  #setState(state: InstanceState): void {
    this.state = state
    this.#note(`ec2.${state}`, `${this.id} in ${this.zone} is ${state}`)
    this.#changed()
  }

  #note(kind: string, message: string): void {
    this.#world.journal.write({ kind, node: this.owner, message, details: { instance: this.id, zone: this.zone } })
  }
}
