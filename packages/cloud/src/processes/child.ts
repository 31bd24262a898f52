import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import { type Clock, seconds } from '@terrace/kit'
import { Lines } from './lines.ts'
import type { Exit, ManagedProcess, ProcessSpec } from './supervisor.ts'

/** How long to wait for the end of the output of a process that is gone: something it started may hold it open. */
const OUTPUT_GRACE = seconds(1)

/** A child whose output is piped to us and that could be started. */
export type SpawnedChild = ChildProcessByStdio<null, Readable, Readable> & { readonly pid: number }

/** Watches a child that was spawned as the leader of its own process group, with its output as pipes. */
export function superviseChild(request: {
  readonly child: SpawnedChild
  readonly spec: ProcessSpec
  readonly clock: Clock
}): ManagedProcess {
  const { child, spec, clock } = request
  const { pid } = child
  const { promise: exited, resolve } = Promise.withResolvers<Exit>()
  let gone = false
  let asked = false

  for (const [stream, readable] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    const lines = new Lines(line => spec.onLine(line, stream))
    readable.on('data', chunk => lines.push(chunk))
    readable.on('close', () => lines.end())
    // A pipe that breaks is a pipe that ends.
    readable.on('error', () => {})
  }
  child.once('exit', () => {
    gone = true
    // What it started and left behind goes with it, as everything in a container goes with its first process.
    signalGroup(pid, 'SIGKILL')
    const giveUp = clock.after(OUTPUT_GRACE, () => {
      child.stdout.destroy()
      child.stderr.destroy()
    })
    child.once('close', giveUp)
  })
  child.once('close', (code, signal) => resolve({ code, signal }))

  return {
    pid,
    name: spec.name,
    exited,
    async stop(grace) {
      if (gone) return exited
      if (!asked) {
        asked = true
        child.kill(spec.stopSignal ?? 'SIGTERM')
        // One that was halted by SIGSTOP could not act on it.
        signalGroup(pid, 'SIGCONT')
      }
      const giveUp = clock.after(grace, () => signalGroup(pid, 'SIGKILL'))
      const exit = await exited
      giveUp()
      return exit
    },
    kill(signal) {
      if (!gone) signalGroup(pid, signal)
    },
  }
}

/** Signals every process of a group; nothing happens when none is left or none may be signalled. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // ESRCH: gone already. EPERM (macOS): only processes that wait to be collected are left.
  }
}
