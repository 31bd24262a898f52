// Loaded into workloads: imports nothing.
import childProcess, { ChildProcess } from 'node:child_process'
import workerThreads from 'node:worker_threads'

type Environment = Readonly<Record<string, string | undefined>>

/** What a process hands down so that its children are under the control of the network, too. */
export interface Inheritance {
  /** File that every Node process loads first. */
  readonly preload: string
  /** The network's own variables. */
  readonly variables: Readonly<Record<string, string>>
}

/**
 * Makes every child process and worker thread load the same: also one that is started with an environment of its own, or
 * after the application changed its environment. Programs other than Node's are not under control.
 */
export function installChildren({ preload, variables }: Inheritance): void {
  const merged = (environment: Environment): Record<string, string> => {
    const options = environment.NODE_OPTIONS ?? ''
    const required = `--require=${preload}`
    const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return {
      ...Object.fromEntries(entries),
      ...variables,
      NODE_OPTIONS: options.includes(required) ? options : `${options} ${required}`.trim(),
    }
  }

  // Every asynchronous way to start a child comes by here, with its environment as a list of texts.
  const { spawn } = ChildProcess.prototype as unknown as { spawn(options: { envPairs?: string[] }): number }
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, options: { envPairs?: string[] }) {
      const pairs = options.envPairs ?? []
      const environment = Object.fromEntries(pairs.map(pair => splitPair(pair)))
      const envPairs = Object.entries(merged(environment)).map(([name, value]) => `${name}=${value}`)
      return Reflect.apply(spawn, this, [{ ...options, envPairs }])
    },
  })

  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
    const start: unknown = childProcess[name]
    if (typeof start !== 'function') continue
    Reflect.set(childProcess, name, (...parameters: unknown[]) => {
      const at = parameters.findIndex((value, index) => index > 0 && isOptions(value))
      const options = at < 0 ? {} : (parameters[at] as { env?: Environment })
      const own = { ...options, env: merged(options.env ?? process.env) }
      const others = at < 0 ? parameters.filter(value => value !== undefined) : parameters
      return Reflect.apply(start, childProcess, at < 0 ? [...others, own] : others.with(at, own))
    })
  }

  const execve: unknown = Reflect.get(process, 'execve')
  if (typeof execve === 'function') {
    Reflect.set(process, 'execve', (file: string, args: readonly string[] = [], environment?: Environment) =>
      Reflect.apply(execve, process, [file, args, merged(environment ?? process.env)]),
    )
  }

  const { Worker } = workerThreads
  class ControlledWorker extends Worker {
    constructor(file: string | URL, options: import('node:worker_threads').WorkerOptions = {}) {
      const shared = options.env === workerThreads.SHARE_ENV
      if (shared) Object.assign(process.env, variables)
      const environment = shared ? process.env : ((options.env ?? process.env) as Environment)
      const execArgv = [...(options.execArgv ?? process.execArgv), '--require', preload]
      super(file, { ...options, execArgv, ...(shared ? {} : { env: merged(environment) }) })
    }
  }
  Object.defineProperty(ControlledWorker, 'name', { value: 'Worker' })
  Reflect.set(workerThreads, 'Worker', ControlledWorker)
}

const isOptions = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
}
