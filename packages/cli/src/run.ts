import { formatError, TerraceError } from '@terrace/kit'
import { CommanderError } from 'commander'
import type { Session } from './commands/command.ts'
import { type Context, EXIT } from './context.ts'
import { buildProgram } from './program.ts'
import type { Signals } from './up/shutdown.ts'

/** Everything a run of the command needs, and nothing of it global. */
export interface Run {
  /** The words after `terrace`. */
  readonly words: readonly string[]
  readonly context: Context
  readonly signals: Signals
  readonly version: string
}

/** Does what was typed. Never throws: whatever goes wrong is said on standard error. @returns the exit code */
export async function run({ words, context, signals, version }: Run): Promise<number> {
  const session: Session = { context, signals, exitCode: EXIT.good }
  try {
    await buildProgram(session, version).parseAsync(words, { from: 'user' })
    return session.exitCode
  } catch (error) {
    // Commander has said it already; it ends with 0 after help and version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.badInput
    const { exitCode, message } = explain(error, version)
    context.note(message)
    context.tellParent?.({ kind: 'failed', exitCode })
    return exitCode
  }
}

/** Input errors: what is wrong and the way out, exit code 2. Ours: everything that helps to mend it, exit code 70. */
export function explain(error: unknown, version: string): { readonly exitCode: number; readonly message: string } {
  if (error instanceof TerraceError && error.blame === 'input') {
    return { exitCode: EXIT.badInput, message: `error: ${formatError(error)}` }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const headline = error instanceof TerraceError ? formatError(error) : 'something went wrong inside Terrace'
  const message = [
    `error: ${headline}`,
    stack,
    ...causesOf(error),
    `\nThis is a bug of Terrace. Please report it with the lines above, the command you typed and:`,
    `  terrace ${version}, Node ${process.version}, ${process.platform} ${process.arch}`,
  ].join('\n')
  return { exitCode: EXIT.internal, message }
}

function causesOf(error: unknown): readonly string[] {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause === undefined) return []
  return [`caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`, ...causesOf(cause)]
}
