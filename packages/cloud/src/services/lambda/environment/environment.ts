import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Duration, type Instant, messageOf, type Stop, seconds } from '@terrace/kit'
import type { IssuedCredentials } from '../../../identity/credentials.ts'
import { residentBytesOf } from '../../../processes/process-table.ts'
import type { Exit, ManagedProcess } from '../../../processes/supervisor.ts'
import type { World } from '../../../world.ts'
import type { FunctionVersion } from '../function.ts'
import { LONGEST_INIT } from '../limits.ts'
import type { FailureBody, RuntimeMessage } from '../runtime/messages.ts'
import { type Execution, exited, type Outcome, outOfMemory, timedOut } from './outcome.ts'
import type { Place } from './place.ts'
import type { Connection, FunctionSockets } from './sockets.ts'
import { variablesOf } from './variables.ts'

const BOOT = new URL('../runtime/boot.ts', import.meta.url).pathname

/** How often memory is looked at while a handler runs. */
const MEMORY_INTERVAL: Duration = 250

const MEBIBYTE = 1024 * 1024

/** What an execution environment is made from. */
export interface EnvironmentOptions {
  readonly id: string
  readonly name: string
  readonly version: FunctionVersion
  readonly place: Place
  readonly credentials: IssuedCredentials | undefined
  readonly sockets: FunctionSockets
  readonly authorityFile: string
  readonly logGroup: string
  readonly logStream: string
  /** Takes what the function writes: whole entries of its console, and lines of its standard output. */
  readonly onLog: (text: string, level: string | undefined) => void
}

/** One event for a handler. */
export interface ExecutionRequest {
  readonly id: string
  readonly arn: string
  readonly payload: string
  readonly clientContext?: string
}

/**
 * One process of a function. It handles one event at a time, and is used again as long as it is well.
 * @see Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle". differs: it is not frozen between
 * events
 */
export class ExecutionEnvironment {
  readonly id: string
  readonly version: FunctionVersion
  readonly place: Place
  readonly startedAt: Instant
  readonly #world: World
  readonly #options: EnvironmentOptions
  readonly #folder: string
  #process: ManagedProcess | undefined
  #starting: Promise<ManagedProcess> | undefined
  #connection: Connection | undefined
  #onAnswer: ((message: RuntimeMessage) => void) | undefined
  #onEnd: ((exit: Exit) => void) | undefined
  #exit: Exit | undefined
  #initDuration: Duration | undefined
  #maxMemory = 0
  #ended = false

  constructor(world: World, options: EnvironmentOptions) {
    this.#world = world
    this.#options = options
    this.id = options.id
    this.version = options.version
    this.place = options.place
    this.startedAt = world.realtime.now()
    this.#folder = join(world.folders.run, `fe-${options.id.slice(0, 8)}`)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Starts the process and loads the handler. @returns what is wrong; nothing when it waits for events */
  async start(): Promise<FailureBody | undefined> {
    const { name, version, place, credentials, sockets, authorityFile, logGroup, logStream, onLog, id } = this.#options
    const { realtime, supervisor } = this.#world
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const begun = performance.now()
    const connected = sockets.connected(id)
    const environment = variablesOf(this.#world, name, version, credentials, {
      environment: id,
      socket: sockets.path,
      link: place.link,
      folder: this.#folder,
      compileCache: join(this.#world.folders.data, 'lambda', 'compiled'),
      authorityFile,
      logGroup,
      logStream,
    })
    this.#starting = supervisor.start({
      name: `function ${name} ${id.slice(0, 8)}`,
      command: globalThis.process.execPath,
      args: [BOOT],
      cwd: version.code.folder,
      environment,
      onLine: line => onLog(line, undefined),
      ...(place.zone === undefined ? {} : { zone: place.zone }),
    })
    const process = await this.#starting
    this.#process = process
    const { promise: ready, resolve } = Promise.withResolvers<FailureBody | undefined>()
    void connected.then(connection => {
      this.#connection = connection
      // It closes after everything that the process said has been read.
      connection.onClose(() => void process.exited.then(exit => this.#hasEnded(exit)))
      connection.onMessage(message => {
        if (message.type === 'log') return onLog(message.text, message.level)
        if (message.type === 'ready') return resolve(undefined)
        if (message.type === 'initFailed') return resolve(message.error)
        this.#onAnswer?.(message)
      })
    })
    const late = realtime.after(LONGEST_INIT, () => resolve(timedOut(id, LONGEST_INIT / 1000)))
    void process.exited.then(({ code, signal }) => resolve(exited(id, code, signal)))
    const failure = await Promise.race([ready, neverUnderControl(place, process, ready)])
    late()
    this.#initDuration = performance.now() - begun
    if (failure) await this.end()
    return failure
  }

  async execute(request: ExecutionRequest): Promise<Execution> {
    const { settings } = this.version
    const timeout = seconds(settings.timeoutSeconds)
    const begun = performance.now()
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#onAnswer = message => {
      if (message.type !== 'done' && message.type !== 'failed') return
      if (message.id !== request.id) return
      this.#maxMemory = Math.max(this.#maxMemory, message.rss)
      resolve(message.type === 'done' ? { kind: 'done', payload: message.payload } : failed(message))
    }
    const stops = [
      this.#world.realtime.after(timeout, () =>
        resolve({ kind: 'timedOut', error: timedOut(request.id, settings.timeoutSeconds) }),
      ),
      this.#watchMemory(() => resolve({ kind: 'failed', error: outOfMemory(request.id), ends: true })),
    ]
    this.#onEnd = exit => resolve(afterExit(exit, request.id))
    if (this.#exit) this.#onEnd(this.#exit)
    this.#connection?.send({ ...request, remaining: timeout })
    const outcome = await promise
    const duration = performance.now() - begun
    for (const stop of stops) stop()
    this.#onAnswer = undefined
    this.#onEnd = undefined
    if (outcome.kind === 'timedOut' || !this.#canGoOn(outcome)) await this.end()
    const initDuration = this.#initDuration
    this.#initDuration = undefined
    return {
      outcome,
      duration: Math.min(duration, timeout),
      ...(initDuration === undefined ? {} : { initDuration }),
      maxMemoryBytes: this.#maxMemory,
    }
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#options.sockets.forget(this.id)
    // One that is just being started has to be ended, too.
    const process = await this.#starting?.catch(() => undefined)
    process?.kill('SIGKILL')
    await process?.exited
    this.#connection?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Resolves when the process has ended; at once when it never began. */
  get over(): Promise<unknown> {
    return this.#process?.exited ?? Promise.resolve()
  }

  /** Calls when the process has ended by itself. */
  onExit(listener: () => void): void {
    void this.#process?.exited.then(listener)
  }

  #hasEnded(exit: Exit): void {
    this.#exit = exit
    this.#onEnd?.(exit)
  }

  #canGoOn(outcome: Outcome): boolean {
    if (this.#maxMemory > this.version.settings.memoryMiB * MEBIBYTE) return false
    return outcome.kind === 'done' || (outcome.kind === 'failed' && outcome.ends !== true)
  }

  #watchMemory(onTooMuch: () => void): Stop {
    const limit = this.version.settings.memoryMiB * MEBIBYTE
    const { pid } = this.#process ?? { pid: 0 }
    return this.#world.realtime.every(MEMORY_INTERVAL, () => {
      residentBytesOf(new Set([pid])).then(
        bytes => {
          this.#maxMemory = Math.max(this.#maxMemory, bytes)
          if (bytes > limit) onTooMuch()
        },
        error => this.#world.logs.write('control', 'lambda', `memory of ${this.id}: ${messageOf(error)}`),
      )
    })
  }
}

const failed = ({ error, ends }: Extract<RuntimeMessage, { type: 'failed' }>): Outcome => ({
  kind: 'failed',
  error,
  ...(ends ? { ends } : {}),
})

const afterExit = ({ code, signal }: Exit, id: string): Outcome => ({
  kind: 'failed',
  error: exited(id, code, signal),
  ends: true,
})

/** A process that loaded its handler without having reported to the network is not held by its rules. */
async function neverUnderControl(
  place: Place,
  process: ManagedProcess,
  ready: Promise<FailureBody | undefined>,
): Promise<FailureBody | undefined> {
  const failure = await ready
  if (failure) return failure
  await place.reported(process.pid)
  return undefined
}
