import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { errnoOf } from '@terrace/kit'
import type { Context } from '../context.ts'
import type { Signals } from '../up/shutdown.ts'

/** A program in the caller's own terminal. */
export interface ChildSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Complete. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends it. */
  readonly signal: AbortSignal
}

/** Runs a program; resolves with its exit code, 127 when there is none of that name, 128 and more for a signal. */
export type RunChild = (spec: ChildSpec) => Promise<number>

/** What the parts of `terrace connect` work with. */
export interface ConnectIo {
  readonly context: Context
  readonly signals: Signals
  readonly run: RunChild
  /** Whether somebody types: a shell shows its prompt then. */
  readonly terminal: boolean
}

/** With this process's own input and output: a terminal stays a terminal, a pipe a pipe. */
export const inherit: RunChild = ({ command, args, cwd, environment, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, stdio: 'inherit', ...(cwd === undefined ? {} : { cwd }) })
    const end = () => void child.kill('SIGHUP')
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    child.once('error', error => (errnoOf(error) === 'ENOENT' ? resolve(NO_PROGRAM) : reject(error)))
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', end)
      resolve(code ?? 128 + (killedBy ? constants.signals[killedBy] : 0))
    })
  })

/** What a shell says for a program that isn't there. */
export const NO_PROGRAM = 127
