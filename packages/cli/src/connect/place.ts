import { existsSync } from 'node:fs'
import type { ControlClient } from '@terrace/control'
import { type ConnectIo, NO_PROGRAM } from './run-child.ts'

/**
 * A shell, or a command, where an instance is, or a task for a direct one, which Session Manager isn't asked about. It runs in the caller's own terminal, in the environment of the instance.
 *
 * @returns its exit code
 */
export async function connectPlace(
  client: ControlClient,
  { instance, direct = false }: { readonly instance: string; readonly direct?: boolean },
  command: readonly string[],
  { context, signals, run, terminal: isTerminal }: ConnectIo,
): Promise<number> {
  const leave = new AbortController()
  // The terminal sends Ctrl-C to the shell as well: it is for what runs there, not for us.
  const stopListening = signals(() => {})
  const over = new AbortController()
  let ended: Promise<number> = Promise.resolve(0)
  try {
    for await (const message of client.session(
      { instance, ...(direct ? { direct: 'true' as const } : {}) },
      leave.signal,
    )) {
      if (message.kind === 'ended') {
        context.note(`the session ended: ${message.because}`)
        over.abort()
      }
      if (message.kind !== 'place') continue
      const { folder, environment } = message
      const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
      const [program = shell, ...args] = command
      const terminal = context.environment.TERM
      const child = run({
        command: program,
        args: command.length > 0 || !isTerminal ? args : shell.endsWith('bash') ? ['--norc', '-i'] : ['-i'],
        cwd: folder,
        environment: {
          ...environment,
          ...(terminal === undefined ? {} : { TERM: terminal }),
          PS1: `${instance}:\\w\\$ `,
        },
        signal: over.signal,
      })
      ended = child.finally(() => leave.abort())
      ended.catch(() => {})
    }
    const exitCode = await ended
    if (exitCode === NO_PROGRAM) context.note(`exit code ${NO_PROGRAM}: there may be no program ${command[0] ?? ''}`)
    return exitCode
  } finally {
    stopListening()
    over.abort()
  }
}
