import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { type Clock, type Duration, errnoOf, messageOf, TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import { findInPath, isExecutable } from '../programs/find.ts'
import { type SpawnedChild, superviseChild } from './child.ts'
import { type Guardian, startGuardian } from './guardian.ts'
import { parentDeathWords } from './parent-death.ts'
import { residentBytesOf, startTimeOf } from './process-table.ts'
import { type RecordedProcess, writeRecord } from './record.ts'

/** What to run. */
export interface ProcessSpec {
  /** For people: in the record of processes and in messages. */
  readonly name: string
  /** An absolute path, or a name that is looked for in the `PATH` of `environment`. */
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Complete: nothing is inherited, `PATH` neither. */
  readonly environment: Readonly<Record<string, string>>
  /** Every line it writes, without the line end; one of more than 64 KiB arrives in pieces. */
  readonly onLine: (line: string, stream: 'out' | 'err') => void
  /** What asks it to end; SIGTERM when absent. */
  readonly stopSignal?: NodeJS.Signals
  /** Where it runs; it freezes when that zone stops. */
  readonly zone?: Zone
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that was started, and leads a process group of its own. */
export interface ManagedProcess {
  /** Also the id of its process group. */
  readonly pid: number
  readonly name: string
  /** Resolves after its last line was handed on. What was left of its process group is gone by then. */
  readonly exited: Promise<Exit>
  /** Asks it to end as `docker stop` does: the signal goes to it alone; after the grace its whole group gets SIGKILL. */
  stop(grace: Duration): Promise<Exit>
  /** Sends a signal to its whole process group; nothing happens when it is gone. */
  kill(signal: NodeJS.Signals): void
}

/** Starts processes, knows them, and sees to it that none of them outlives this one. */
export interface Supervisor {
  /** @throws TerraceError PROCESS_NOT_STARTED when there is no such program or folder, or the system refuses */
  start(spec: ProcessSpec): Promise<ManagedProcess>
  /** Those that run. */
  readonly processes: readonly ManagedProcess[]
  /** Halts what runs in a zone: it keeps its sockets and answers nobody, as a machine without power. */
  freeze(zone: Zone): void
  /** Ends what was halted in a zone, before the zone starts again; resolves when it is gone. */
  endFrozen(zone: Zone): Promise<void>
  /** Stops all of them at once, and with them whatever watches over them. */
  stopAll(grace: Duration): Promise<void>
  /** Resident memory, in bytes, of all of them and of what they started in turn. */
  memory(): Promise<number>
}

/**
 * Makes a supervisor and begins its record with this process itself.
 *
 * Children lead their own process groups, so that Ctrl-C in the terminal reaches only us and a group can be ended
 * whole. When we die, however we die, they get SIGTERM from the kernel at once (Linux, where `setpriv` is installed); a
 * guardian ends what did not follow; and `endLeftovers` finds in the record what still runs after that.
 *
 * @param options.clock real time: processes don't live in any other
 * @param options.record file that names what runs; call `endLeftovers` on it first
 */
export function createSupervisor(options: { readonly clock: Clock; readonly record: string }): Supervisor {
  const { clock, record } = options
  const running = new Map<number, RunningProcess>()
  let guardian: Guardian | undefined
  const recordOf = (role: RecordedProcess['role'], name: string, pid: number): RecordedProcess => ({
    name,
    pid,
    started: startTimeOf(pid) ?? '',
    role,
  })
  const helpers = [recordOf('owner', 'terrace', process.pid)]
  const writeDown = () => writeRecord(record, [...helpers, ...[...running.values()].map(({ recorded }) => recorded)])
  const guard = (): Guardian => {
    const started = startGuardian()
    if (started.pid !== undefined) helpers.push(recordOf('guardian', 'guardian', started.pid))
    return started
  }
  writeDown()

  let words: Promise<readonly string[]> | undefined

  const start = async (spec: ProcessSpec): Promise<ManagedProcess> => {
    const program = programOf(spec)
    words ??= parentDeathWords()
    const [command, ...args] = [...(await words), program, ...spec.args]
    guardian ??= guard()
    const { watch, forget } = guardian
    const child = await spawnFor(spec, command ?? program, args)
    const { pid } = child
    watch(pid)
    // An error without which the process was started is one of a later kill: the exit tells what became of it.
    child.on('error', () => {})
    const managed = superviseChild({ child, spec, clock })
    const recorded = recordOf('child', spec.name, pid)
    running.set(pid, { process: managed, recorded, zone: spec.zone, frozen: false })
    writeDown()
    void managed.exited.then(() => {
      forget(pid)
      running.delete(pid)
      writeDown()
    })
    return managed
  }

  return {
    start,
    get processes() {
      return [...running.values()].map(({ process }) => process)
    },
    freeze(zone) {
      for (const entry of running.values()) {
        if (entry.zone !== zone) continue
        entry.frozen = true
        entry.process.kill('SIGSTOP')
      }
    },
    async endFrozen(zone) {
      const frozen = [...running.values()].filter(entry => entry.frozen && entry.zone === zone)
      await Promise.all(frozen.map(({ process }) => ended(process)))
    },
    async stopAll(grace) {
      // What is frozen can't be asked.
      for (const { process, frozen } of running.values()) if (frozen) process.kill('SIGKILL')
      await Promise.all([...running.values()].map(({ process }) => process.stop(grace)))
      await guardian?.close()
      guardian = undefined
      helpers.length = 1
      writeDown()
    },
    memory: () => residentBytesOf(new Set(running.keys())),
  }
}

interface RunningProcess {
  readonly process: ManagedProcess
  readonly recorded: RecordedProcess
  readonly zone: Zone | undefined
  frozen: boolean
}

function ended(process: ManagedProcess): Promise<Exit> {
  process.kill('SIGKILL')
  return process.exited
}

async function spawnFor(spec: ProcessSpec, command: string, args: readonly string[]): Promise<SpawnedChild> {
  try {
    const child = spawn(command, args, {
      cwd: spec.cwd,
      env: spec.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (hasPid(child)) return child
    // Some failures are thrown, others arrive as an event: `once` rejects with it.
    await once(child, 'spawn')
    throw new Error('it has no process id')
  } catch (error) {
    throw notStarted(spec, explain(error), error)
  }
}

const hasPid = (child: ChildProcess): child is SpawnedChild => child.pid !== undefined

/** The program's absolute path. Looked up here, because what `spawn` reports is the same for a missing folder. */
function programOf(spec: ProcessSpec): string {
  if (!isFolder(spec.cwd)) throw notStarted(spec, `its working folder ${spec.cwd} doesn't exist`)
  if (spec.command.includes('/')) {
    if (isExecutable(spec.command)) return spec.command
    throw notStarted(spec, `${spec.command} is not a file that may be executed`)
  }
  const path = spec.environment.PATH
  if (path === undefined) throw notStarted(spec, `its environment has no PATH in which to look for ${spec.command}`)
  const found = findInPath(spec.command, path)
  if (found) return found
  throw notStarted(spec, `there is no program ${spec.command} in its PATH ${path}`)
}

function notStarted(spec: ProcessSpec, because: string, cause?: unknown): TerraceError {
  return new TerraceError('PROCESS_NOT_STARTED', `${spec.name} could not be started: ${because}`, { cause })
}

function explain(error: unknown): string {
  if (errnoOf(error) === 'E2BIG') return 'its arguments and environment together are larger than the system allows'
  if (errnoOf(error) === 'EAGAIN') return 'the system allows this user no more processes'
  return messageOf(error)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
