import { type Duration, TerraceError } from '@terrace/kit'
import type { Machine, NodeId } from '@terrace/model'
import type { Principal } from '../../identity/principal.ts'
import { serveInstanceMetadata } from '../../metadata/instance-metadata.ts'
import type { InstanceFacts, MetadataServer } from '../../metadata/metadata.ts'
import type { Network, NetworkInterface, PortTypes } from '../../ports.ts'
import type { Host } from '../../workload/host.ts'
import type { LaunchFailure } from '../../workload/launch-failure.ts'
import { openHost } from '../../workload/open-host.ts'
import type { World } from '../../world.ts'
import { runAgent } from './agent/agent.ts'
import type { AgentConfiguration } from './agent/configuration.ts'
import { LogFiles } from './agent/log-files.ts'
import { signalsIn } from './cfn-signal.ts'
import type { ConsoleOutput } from './console-output.ts'
import { unusedLimitIn, watchUse } from './end-when-unused.ts'
import type { Units } from './instances.ts'
import { completeLifecycleAction, completionIn } from './lifecycle-action.ts'
import { LogShipping } from './log-shipping.ts'
import { readinessIn, waitUntilReady } from './readiness.ts'
import { tellCloudFormation } from './tell-cloudformation.ts'
import { logGroupOf, runUserData } from './user-data.ts'
import { WorkloadProcesses } from './workload-processes.ts'

type ResourceSignals = PortTypes['resourceSignals']

/** The instance that boots. */
export interface BootSite {
  readonly world: World
  readonly network: Network
  readonly id: string
  readonly owner: NodeId
  readonly networkInterface: NetworkInterface
  readonly console: ConsoleOutput
  readonly standIns: boolean
  /** As it is now: metadata options change while it runs. */
  readonly machine: () => Machine
  readonly principal: Principal
  readonly facts: () => InstanceFacts
  readonly changed: () => void
  /** All its processes were killed from outside. */
  readonly allKilled: () => void
  /** Its own timer shuts it down: nobody has used it for long. */
  readonly unused: (message: string) => void
  readonly note: (kind: string, message: string) => void
}

/** One boot of an instance: its doors, its metadata service, its user data, and what that starts. */
export class Boot {
  readonly #site: BootSite
  readonly #cancel = new AbortController()
  #opened: Promise<Host> | undefined
  #metadata: MetadataServer | undefined
  #host: Host | undefined
  #processes: WorkloadProcesses | undefined
  #logs: LogShipping | undefined
  #logFiles: LogFiles | undefined

  constructor(site: BootSite) {
    this.#site = site
  }

  get processes(): readonly { readonly name: string; readonly pid: number }[] {
    return this.#processes?.list ?? []
  }

  /** Its doors, once they are open. */
  get host(): Host | undefined {
    return this.aborted ? undefined : this.#host
  }

  get units(): Units | undefined {
    return this.#processes
  }

  get aborted(): boolean {
    return this.#cancel.signal.aborted
  }

  /** Resolves when the user data has been carried out, or has failed; what it started goes on. */
  async run(): Promise<void> {
    const { world, console, note, id, machine } = this.#site
    console.boot()
    console.say(`cloud-init[1]: Cloud-init v. 22.2.2 running 'init' at ${new Date(world.clock.now()).toUTCString()}`)
    const { workload, userData } = machine()
    if (!workload) note('ec2.noWorkload', `${id} starts nothing: its user data describes no workload`)
    this.#watchUse(userData)
    this.#opened = this.#open()
    const host = await this.#opened
    if (this.aborted) return
    const group = logGroupOf(userData)
    if (group !== undefined) this.#logs = new LogShipping(world, group, id)
    this.#processes = this.#workload(host)
    const { onSuccess, onFailure } = signalsIn(userData)
    try {
      await this.#carryOut(host, this.#processes)
    } catch (error) {
      if (this.aborted) return
      console.say(
        'cloud-init[1]: util.py[WARNING]: Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)',
      )
      if (!(error instanceof TerraceError) || error.blame === 'internal') throw error
      const failure = `the user data of ${id} failed: ${error.message}`
      note('ec2.bootFailed', failure)
      if (onFailure) await tellCloudFormation(this.#signalSite(host), onFailure, failure)
      return
    }
    const completion = completionIn(userData)
    if (completion) {
      const { signal } = this.#cancel
      await completeLifecycleAction({ world, host, instance: id, console, note, signal }, completion)
    }
    if (this.aborted) return
    if (onSuccess) await tellCloudFormation(this.#signalSite(host), onSuccess)
    console.say('cloud-init[1]: Cloud-init finished. Datasource DataSourceEc2')
  }

  /** Nothing of it goes on by itself any more; what runs is not touched. */
  cut(): void {
    this.#cancel.abort()
    this.endRestarts()
  }

  /** What ends from now on does not start again. */
  endRestarts(): void {
    this.#processes?.end()
  }

  /** Ends what runs at once. */
  kill(): void {
    for (const process of this.#host?.processes ?? []) process.kill()
  }

  /** Ends what runs, within the grace, and closes the doors. */
  async shutDown(grace: Duration): Promise<void> {
    this.cut()
    // Doors that are about to open have to be closed, too.
    await this.#opened?.catch(() => {})
    await this.#host?.close(grace)
    this.#logs?.flush()
    await this.#metadata?.close()
  }

  async #carryOut(host: Host, processes: WorkloadProcesses): Promise<void> {
    const { world, network, networkInterface, id, console, machine, note } = this.#site
    const { signal } = this.#cancel
    const { workload, userData } = machine()
    await runUserData({
      world,
      host,
      machine: machine(),
      instance: id,
      console,
      note,
      startAgent: configuration => this.#startAgent(host, configuration),
      onBlocked: failure => this.#blocked(failure),
      start: (process, secrets) => processes.start(process, secrets),
      signal,
    })
    const question = readinessIn(userData)
    if (question)
      await waitUntilReady({ world, network, networkInterface, signal }, question, workload?.processes ?? [])
  }

  #watchUse(userData: string): void {
    const { world, id, unused } = this.#site
    const limit = unusedLimitIn(userData)
    if (limit !== undefined) watchUse({ world, instance: id, limit, unused, signal: this.#cancel.signal })
  }

  #startAgent(host: Host, configuration: AgentConfiguration): void {
    const { world, facts, note, console, machine } = this.#site
    const groups = () => this.processes.map(({ pid }) => pid)
    const logFiles = new LogFiles(world.clock, console, machine().workload?.processes ?? [])
    this.#logFiles = logFiles
    runAgent({ world, host, facts, groups, logFiles, note, signal: this.#cancel.signal }, configuration)
  }

  #workload(host: Host): WorkloadProcesses {
    const { world, id, changed, note, allKilled } = this.#site
    return new WorkloadProcesses(world, host, id, {
      changed,
      note,
      line: (process, line, stream) => {
        world.logs.write('application', id, line)
        this.#logs?.line(process, line)
        this.#logFiles?.line(process, line, stream)
      },
      allKilled,
    })
  }

  /** Metadata first: the network's doors lead to it. */
  async #open(): Promise<Host> {
    const { world, networkInterface, machine, facts, principal, id, owner, standIns } = this.#site
    if (!machine().metadataDisabled) {
      this.#metadata = await serveInstanceMetadata(world, {
        socket: `${networkInterface.folder}/imds`,
        facts,
        principal,
        get tokensRequired() {
          return machine().imdsv2Required
        },
        get hopLimit() {
          return machine().metadataHopLimit
        },
      })
    }
    this.#host = await openHost(world, {
      id,
      owner,
      networkInterface,
      principal,
      launchPrincipal: principal,
      ...(this.#metadata ? { metadata: this.#metadata.socket } : {}),
      standIns,
    })
    return this.#host
  }

  #signalSite(host: Host) {
    const { world, id, owner, principal, console, note } = this.#site
    return { world, host, instance: id, owner, principal, console, note, signal: this.#cancel.signal }
  }

  #blocked(failure: LaunchFailure): void {
    const kind = failure.problem.kind === 'notHere' ? 'ec2.notEmulated' : 'ec2.launchBlocked'
    const { world, id, owner, note } = this.#site
    note(kind, `the user data of ${id} ${failure.message}`)
    // Whoever waits for its signal in vain wants to know what it was busy with.
    const tell = (signals: ResourceSignals) => signals.lost({ uniqueId: id, from: owner }, failure.message)
    void world.ports.need('resourceSignals').then(tell, () => {})
  }
}
