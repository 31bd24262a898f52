import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import { type Context, type DetachedMessage, EXIT } from '../context.ts'
import { logFileOf } from '../project.ts'
import type { Target } from '../target/target.ts'
import { announce, type Ready } from './announce.ts'
import type { Signals } from './shutdown.ts'
import type { UpOptions } from './up-options.ts'

/** Environment variable that tells a process that it was started by `--detach`, with a channel to its starter. */
export const DETACHED = 'TERRACE_DETACHED'

const LAUNCHER = join(import.meta.dirname, '../../bin/terrace.js')
const SHOWN_LOG_LINES = 20

/**
 * Starts Terrace again in the background, in a session of its own, and waits until it is ready or has failed. What it
 * writes goes to the state folder's `terrace.log` and, until it is ready, is shown here as well.
 *
 * @returns the exit code: the background process's own when it failed
 */
export async function detach(
  words: string,
  target: Target,
  options: UpOptions,
  context: Context,
  signals: Signals,
): Promise<number> {
  const { stateFolder, name } = target
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
  const logFile = logFileOf(stateFolder)
  const log = openSync(logFile, 'w', 0o600)
  const child = spawn(process.execPath, [LAUNCHER, ...argumentsOf(words, options)], {
    cwd: context.cwd,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...context.environment, [DETACHED]: '1' },
  })
  closeSync(log)
  const stopListening = signals(() => child.kill('SIGTERM'))

  const outcome = await new Promise<Exclude<DetachedMessage, { kind: 'note' }>>(resolve => {
    let told = false
    const fail = (message: string, exitCode: number = EXIT.internal) => {
      if (!told) context.note(message)
      resolve({ kind: 'failed', exitCode })
    }
    child.on('message', (message: DetachedMessage) => {
      if (message.kind === 'note') return context.note(message.line)
      told = true
      resolve(message)
    })
    child.once('error', error => fail(`could not start ${process.execPath}: ${error.message}`))
    // Not at its exit: its last message may still be on the way.
    child.once('close', code => fail(`${name} ended before it was ready\n${endOf(logFile)}`, code ?? EXIT.internal))
  })
  stopListening()
  if (child.connected) child.disconnect()
  child.unref()

  if (outcome.kind === 'failed') return outcome.exitCode
  if (options.json) {
    context.say(outcome.line)
  } else {
    announce(JSON.parse(outcome.line) as Ready, '', context)
    context.note(`it runs in the background; stop it with: terrace down ${name}`)
  }
  return EXIT.good
}

function argumentsOf(words: string, options: UpOptions): readonly string[] {
  const { parameters, context, embedded, port, timeScale, pace, standIns } = options
  const pairs = (option: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`])
  return [
    'up',
    '--json',
    ...pairs('--param', parameters),
    ...pairs('--context', context),
    ...(embedded ? ['--embedded'] : []),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(timeScale === 1 ? [] : ['--time-scale', String(timeScale)]),
    ...(pace === 'fast' ? [] : ['--pace', pace]),
    ...(standIns ? ['--stand-ins'] : []),
    '--',
    words,
  ]
}

function endOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES).join('\n')
  } catch (error) {
    throw new TerraceError('CLI_NO_LOG', `can't read ${file}`, { blame: 'internal', cause: error })
  }
}
