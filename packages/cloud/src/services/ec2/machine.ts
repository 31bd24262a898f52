import { rmSync } from 'node:fs'
import { type Duration, digest, type Instant } from '@terrace/kit'
import { findNode, type Machine, type NodeId, type Zone } from '@terrace/model'
import { sendEvent } from '../../events.ts'
import type { Principal } from '../../identity/principal.ts'
import { mayAssume } from '../../identity/trust.ts'
import type { Network, NetworkInterface } from '../../ports.ts'
import type { Host } from '../../workload/host.ts'
import type { World } from '../../world.ts'
import { Boot } from './boot.ts'
import { ConsoleOutput } from './console-output.ts'
import { factsOf } from './facts.ts'
import type { Instance, InstanceState, LaunchRequest, Units } from './instances.ts'
import { rootFolder } from './volumes.ts'

/** How instances run in this cloud. */
export interface MachineOptions {
  /** Between `pending` and `running`. differs: none here; minutes on AWS */
  readonly bootDelay: Duration
  readonly standIns: boolean
  /** Ends an instance that shuts itself down, as its template says: terminated, or stopped. */
  readonly endSelf: (machine: RunningMachine) => void
}

/** Why an instance is in its state. @see EC2 API Reference, "StateReason" */
export interface StateReason {
  readonly code: string
  readonly message: string
}

/** One instance: its states, and in each of its boots the workload. */
export class RunningMachine implements Instance {
  readonly id: string
  readonly owner: NodeId
  readonly zone: Zone
  readonly networkInterface: NetworkInterface
  readonly console: ConsoleOutput
  machine: Machine
  launchedAt: Instant
  /** Of its launch: `r-…` */
  readonly reservation: string
  state: InstanceState = 'pending'
  stateReason: StateReason | undefined
  stateChangedAt: Instant
  statusCheck: 'ok' | 'impaired' = 'ok'
  impairedSince: Instant | undefined
  tags: Readonly<Record<string, string>>
  /** Of its root volume: tags of a group don't get there. */
  readonly volumeTags: Readonly<Record<string, string>>
  /** When it was launched for the first time. */
  readonly createdAt: Instant
  /** When the present boot began: status checks are `initializing` for a while. */
  bootedAt: Instant

  readonly #world: World
  readonly #network: Network
  readonly #options: MachineOptions
  readonly #lifecycleState: () => string | undefined
  readonly #changed: (machine: RunningMachine) => void
  #boot: Boot | undefined
  readonly #launching = new AbortController()

  constructor(
    world: World,
    network: Network,
    parts: { readonly id: string; readonly networkInterface: NetworkInterface; readonly request: LaunchRequest },
    options: MachineOptions,
    changed: (machine: RunningMachine) => void,
  ) {
    const { id, networkInterface, request } = parts
    this.id = id
    this.owner = request.owner
    this.machine = request.machine
    this.networkInterface = networkInterface
    this.zone = networkInterface.zone
    this.reservation = `r-${digest(id, 17)}`
    this.tags = { ...request.machine.tags, ...request.tags }
    this.volumeTags = { ...request.machine.volumeTags, ...request.volumeTags }
    this.createdAt = world.clock.now()
    this.console = new ConsoleOutput(world.clock)
    this.launchedAt = world.clock.now()
    this.bootedAt = this.launchedAt
    this.stateChangedAt = this.launchedAt
    this.#world = world
    this.#network = network
    this.#options = options
    this.#lifecycleState = request.lifecycleState ?? (() => undefined)
    this.#changed = changed
  }

  get processes(): readonly { readonly name: string; readonly pid: number }[] {
    return this.#boot?.processes ?? []
  }

  get host(): Host | undefined {
    return this.#boot?.host
  }

  get units(): Units | undefined {
    return this.#boot?.units
  }

  /** Goes from `pending` to `running`, and boots; resolves when it is running. */
  async start(): Promise<void> {
    const { clock } = this.#world
    this.#setState('pending')
    this.launchedAt = clock.now()
    // Who is terminated meanwhile never runs.
    if (this.#options.bootDelay > 0) await clock.sleep(this.#options.bootDelay, this.#launching.signal).catch(() => {})
    if (!this.#is('pending')) return
    this.#setState('running')
    this.bootInBackground()
  }

  /** Boots, whatever ran before: at a start, and when power comes back. */
  bootInBackground(): void {
    this.statusCheck = 'ok'
    this.impairedSince = undefined
    this.bootedAt = this.#world.clock.now()
    const boot = this.#startBoot()
    this.#boot = boot
    boot.run().catch(error => {
      if (boot.aborted) return
      this.#note('ec2.bootFailed', `${this.id} could not boot: ${String(error)}`)
    })
  }

  /** Stops what runs and keeps id, address and disk. */
  async stop(grace: Duration): Promise<void> {
    this.stateReason ??= {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    }
    this.#setState('stopping')
    await this.#shutDown(grace)
    // Somebody may have terminated it meanwhile.
    if (this.#is('stopping')) this.#setState('stopped')
  }

  /** Restarts the workload; the state stays `running`. */
  async reboot(grace: Duration): Promise<void> {
    this.#note('ec2.reboot', `${this.id} reboots`)
    await this.#shutDown(grace)
    if (this.#is('running')) this.bootInBackground()
  }

  /** Ends it for good, and gives its address back. */
  async terminate(grace: Duration): Promise<void> {
    this.stateReason ??= {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    }
    this.#launching.abort()
    this.#setState('shutting-down')
    // What has no power can't be asked: it stays as it is, and silent, until the zone starts.
    if (this.#world.zones.isUp(this.zone)) {
      await this.#shutDown(grace)
      this.#forgetDisk()
      this.#network.detach(this.networkInterface.id)
    } else this.#boot?.cut()
    this.#setState('terminated')
  }

  /** What ModifyInstanceMetadataOptions changes; counts at once. */
  changeMetadata(change: Partial<Pick<Machine, 'imdsv2Required' | 'metadataHopLimit'>>): void {
    this.machine = { ...this.machine, ...change }
  }

  /** Its zone has no power: it answers nobody, and nothing of it may be touched. */
  zoneStopped(): void {
    if (this.state !== 'running' && this.state !== 'pending') return
    this.#boot?.cut()
    this.#impair(`${this.id} fails its status check: ${this.zone} has stopped`)
  }

  /** Power is back: what was frozen is gone, and whoever wasn't terminated meanwhile boots again. */
  async zoneStarted(): Promise<void> {
    const wasOn = this.state === 'running'
    this.#boot?.kill()
    await this.#shutDown(0)
    if (this.state === 'terminated') {
      this.#forgetDisk()
      this.#network.detach(this.networkInterface.id)
    } else if (wasOn) this.bootInBackground()
    this.#changed(this)
  }

  #startBoot(): Boot {
    const { standIns } = this.#options
    return new Boot({
      world: this.#world,
      network: this.#network,
      id: this.id,
      owner: this.owner,
      networkInterface: this.networkInterface,
      console: this.console,
      standIns,
      machine: () => this.machine,
      principal: this.#principal(),
      facts: () => factsOf(this.#world.architecture, this, this.#lifecycleState()),
      changed: () => this.#changed(this),
      allKilled: () => this.#impair(`${this.id} fails its status check: all its processes were killed`),
      unused: message => {
        this.#note('ec2.unused', message)
        this.stateReason = {
          code: 'Client.InstanceInitiatedShutdown',
          message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
        }
        this.#options.endSelf(this)
      },
      note: (kind, message) => this.#note(kind, message),
    })
  }

  async #shutDown(grace: Duration): Promise<void> {
    const boot = this.#boot
    if (!boot) return
    await boot.shutDown(grace)
    if (this.#boot === boot) this.#boot = undefined
  }

  /** The root volume goes with its instance. */
  #forgetDisk(): void {
    rmSync(rootFolder(this.#world, this.id), { recursive: true, force: true })
  }

  /** An instance whose role doesn't trust EC2 gets no credentials, as on AWS. */
  #principal(): Principal {
    const { architecture } = this.#world
    const role = this.machine.role === undefined ? undefined : findNode(architecture, this.machine.role, 'role')
    if (!role || !mayAssume(role, 'ec2.amazonaws.com')) return { kind: 'anonymous' }
    const sessionArn = `arn:aws:sts::${architecture.account}:assumed-role/${role.name}/${this.id}`
    return { kind: 'role', role: role.id, arn: role.arn, sessionArn }
  }

  #impair(message: string): void {
    this.statusCheck = 'impaired'
    this.impairedSince = this.#world.clock.now()
    this.#boot?.endRestarts()
    this.#note('ec2.impaired', message)
    this.#changed(this)
  }

  // What it is may have changed while something else was waited for.
  #is(state: InstanceState): boolean {
    return this.state === state
  }

  #setState(state: InstanceState): void {
    this.state = state
    this.stateChangedAt = this.#world.clock.now()
    if (state === 'running' || state === 'pending') this.stateReason = undefined
    this.#note(`ec2.${state}`, `${this.id} in ${this.zone} is ${state}`)
    const { region, account } = this.#world.architecture
    sendEvent(this.#world, {
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [`arn:aws:ec2:${region}:${account}:instance/${this.id}`],
      detail: { 'instance-id': this.id, state },
    })
    this.#changed(this)
  }

  #note(kind: string, message: string): void {
    this.#world.journal.write({ kind, node: this.owner, message, details: { instance: this.id, zone: this.zone } })
  }
}
