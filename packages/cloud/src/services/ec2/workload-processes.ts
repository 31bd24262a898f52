import { join } from 'node:path'
import { type Duration, messageOf, milliseconds, minutes, type Stop, seconds } from '@terrace/kit'
import type { WorkloadProcess } from '@terrace/model'
import type { Exit } from '../../processes/supervisor.ts'
import type { Host, HostedProcess, HostedProcessSpec } from '../../workload/host.ts'
import type { World } from '../../world.ts'
import type { Unit, Units } from './instances.ts'

/** What Docker waits before a restart: it doubles from the first to the last. @see Docker documentation, "docker container run", --restart */
const FIRST_RESTART_DELAY = milliseconds(100)
const LAST_RESTART_DELAY = minutes(1)

/** A process that ran at least this long starts the doubling anew. */
const STEADY_AFTER: Duration = seconds(10)

/** @param restarts how many there were in a row */
export const restartDelay = (restarts: number): Duration =>
  Math.min(LAST_RESTART_DELAY, FIRST_RESTART_DELAY * 2 ** restarts)

/** What the instance hears. */
export interface ProcessEvents {
  readonly changed: () => void
  readonly note: (kind: string, message: string) => void
  /** Each line of a process. */
  readonly line: (process: string, line: string, stream: 'out' | 'err') => void
  /** The last process was killed from outside. */
  readonly allKilled: () => void
}

interface Started {
  readonly process: WorkloadProcess
  readonly secrets: Readonly<Record<string, string>>
}

/** The processes of one boot: starts them, and starts again what ends, as the container runtime of the instance does. */
export class WorkloadProcesses implements Units {
  readonly #world: World
  readonly #host: Host
  readonly #instance: string
  readonly #events: ProcessEvents
  readonly #running = new Map<string, HostedProcess>()
  readonly #stops = new Set<Stop>()
  /** What was started, to be started again by hand. */
  readonly #known = new Map<string, Started>()
  /** Stopped by hand: they stay so. */
  readonly #held = new Set<string>()
  #ended = false

  constructor(world: World, host: Host, instance: string, events: ProcessEvents) {
    this.#world = world
    this.#host = host
    this.#instance = instance
    this.#events = events
  }

  get list(): readonly { readonly name: string; readonly pid: number }[] {
    return [...this.#running].map(([name, { pid }]) => ({ name, pid }))
  }

  get units(): readonly Unit[] {
    return [...this.#known.values()].map(({ process: { name, kind } }) => {
      return { name, kind, pid: this.#running.get(name)?.pid }
    })
  }

  async stopUnit(name: string, grace: Duration): Promise<void> {
    this.#held.add(name)
    await this.#running.get(name)?.stop(grace)
  }

  async startUnit(name: string): Promise<void> {
    this.#held.delete(name)
    const known = this.#known.get(name)
    if (known && !this.#ended && !this.#running.has(name)) await this.#start(known.process, known.secrets, 0)
  }

  /** @param secrets  their values, by variable @throws LaunchFailure */
  async start(process: WorkloadProcess, secrets: Readonly<Record<string, string>>): Promise<void> {
    this.#known.set(process.name, { process, secrets })
    await this.#start(process, secrets, 0)
  }

  /** Nothing starts again from now on. */
  end(): void {
    this.#ended = true
    for (const stop of this.#stops) stop()
  }

  async #start(process: WorkloadProcess, secrets: Readonly<Record<string, string>>, restarts: number): Promise<void> {
    const { name, port } = process
    const { realtime } = this.#world
    const startedAt = realtime.now()
    const started = await this.#host.start({
      name,
      program: this.#programOf(process),
      ...(port === undefined ? {} : { port }),
      environment: process.kind === 'image' ? { ...process.environment, ...secrets } : {},
      onLine: (line, stream) => this.#events.line(name, line, stream),
    })
    this.#running.set(name, started)
    if (started.standsInFor !== undefined) {
      const what = `${name} on ${this.#instance} is a stand-in for ${started.standsInFor}`
      this.#events.note('ec2.standIn', what)
    }
    this.#events.changed()
    void started.exited.then(exit => {
      this.#running.delete(name)
      const steady = realtime.now() - startedAt >= STEADY_AFTER
      this.#exited(process, secrets, exit, steady ? 0 : restarts)
    })
  }

  #programOf(process: WorkloadProcess): HostedProcessSpec['program'] {
    switch (process.kind) {
      case 'nginx':
        return { kind: 'nginx', configuration: process.configuration }
      case 'postgres':
        return { kind: 'postgres', dataFolder: join(this.#host.root, process.data) }
      case 'image':
        return { kind: 'image', image: process.image }
    }
  }

  // When the last one was killed from outside, the machine itself stands for what died: as after a power loss nothing is
  // left that could start anything.
  #exited(process: WorkloadProcess, secrets: Readonly<Record<string, string>>, exit: Exit, restarts: number): void {
    if (this.#ended) return
    this.#events.changed()
    const how = exit.signal ?? `exit code ${exit.code}`
    const where = `${process.name} on ${this.#instance}`
    if (this.#held.has(process.name)) return this.#events.note('ec2.processStopped', `${where} was stopped by hand`)
    if (exit.signal === 'SIGKILL' && this.#running.size === 0) return this.#events.allKilled()
    if (process.restart === 'no') return this.#events.note('ec2.processEnded', `${where} ended (${how})`)
    this.#events.note('ec2.processRestarts', `${where} ended (${how}) and starts again`)
    const stop = this.#world.realtime.after(restartDelay(restarts), () => {
      this.#stops.delete(stop)
      if (this.#held.has(process.name)) return
      this.#start(process, secrets, restarts + 1).catch(error => {
        this.#events.note('ec2.bootFailed', `${where} could not start again: ${messageOf(error)}`)
      })
    })
    this.#stops.add(stop)
  }
}
