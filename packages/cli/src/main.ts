import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, systemClock } from '@terrace/kit'
import picocolors from 'picocolors'
import { type Context, type DetachedMessage, EXIT } from './context.ts'
import { explain, run } from './run.ts'
import { DETACHED } from './up/detach.ts'
import type { Signals } from './up/shutdown.ts'

/** The command `terrace`, in this process: reads its words and ends it. */
export async function main(): Promise<never> {
  leaveWhenNobodyReads()
  const parent = parentChannel()
  const context = contextOf(parent?.tell)
  const version = versionOf()
  process.on('uncaughtException', error => {
    // Nobody knows what state this process is in now. What it has started is ended by those who watch over it.
    context.note(explain(error, version).message)
    process.exit(EXIT.internal)
  })
  const exitCode = await run({ words: process.argv.slice(2), context, signals, version })
  // A pipe takes 64 KB at a time, and what it has not taken yet would be lost.
  await Promise.all([parent?.flushed(), flushed(process.stdout), flushed(process.stderr)])
  // What a cloud leaves open in this process must not keep it alive: everything has been said and stopped.
  process.exit(exitCode)
}

function contextOf(tellParent: ((message: DetachedMessage) => void) | undefined): Context {
  const base = {
    cwd: process.cwd(),
    environment: process.env,
    clock: systemClock,
    // Only for eyes: a pipe gets plain text, also where CI is set, which picocolors takes for a terminal.
    colors: picocolors.createColors(picocolors.isColorSupported && process.stderr.isTTY === true),
    say: (line: string) => void process.stdout.write(`${line}\n`),
    note: (line: string) => {
      process.stderr.write(`${line}\n`)
      tellParent?.({ kind: 'note', line })
    },
  }
  return tellParent ? { ...base, tellParent } : base
}

/** A closed terminal and `kill` ask like Ctrl-C. */
const signals: Signals = listener => {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, listener)
  return () => {
    for (const name of names) process.off(name, listener)
  }
}

interface ParentChannel {
  readonly tell: (message: DetachedMessage) => void
  /** Resolves when everything told has left this process. */
  flushed(): Promise<void>
}

/** The channel to the `terrace up --detach` that started this process, if one did. */
function parentChannel(): ParentChannel | undefined {
  if (process.env[DETACHED] === undefined || !process.send) return undefined
  delete process.env[DETACHED]
  let last: Promise<void> = Promise.resolve()
  return {
    tell(message) {
      if (!process.connected) return
      // Nobody listening any more is no reason to stop.
      last = new Promise(resolve => process.send?.(message, undefined, undefined, () => resolve()))
    },
    flushed: () => last,
  }
}

const flushed = (stream: NodeJS.WriteStream) => new Promise<void>(resolve => stream.write('', () => resolve()))

/** `terrace logs | head` ends quietly. */
function leaveWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', error => {
      if (errnoOf(error) === 'EPIPE') process.exit(EXIT.good)
      throw error
    })
  }
}

const versionOf = (): string => JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).version
