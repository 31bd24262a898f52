import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LogLines } from './log-lines.ts'

/** A program as it is deployed: in one file, in a folder of its own, which goes with it. */
export interface BundledProgram extends Disposable {
  readonly file: string
  /** Starts it as a process with nothing in its environment but this. */
  start(environment: Readonly<Record<string, string>>): ProgramProcess
}

export interface ProgramProcess {
  readonly process: ChildProcess
  readonly log: LogLines
  /** What it wrote to standard error. */
  complaints(): string
  /** Where it listens; it may not be ready yet. */
  listening(): Promise<string>
  /** Where it listens, once it is ready; rejects when it ends before. */
  ready(): Promise<string>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/**
 * Bundles a program into a temporary folder.
 *
 * @param system  names the folder
 * @param bundle  makes `main.js` somewhere in this folder, and says where
 */
export async function bundledProgram(
  system: string,
  bundle: (folder: string) => Promise<string>,
): Promise<BundledProgram> {
  const folder = mkdtempSync(join(tmpdir(), `terrace-${system}-`))
  const file = join(await bundle(folder), 'main.js')
  const processes = new Set<ChildProcess>()
  return {
    file,
    start(environment) {
      const child = spawn(process.execPath, [file], {
        cwd: dirname(file),
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      processes.add(child)
      return watch(child)
    },
    [Symbol.dispose]() {
      for (const child of processes) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function watch(child: ChildProcess): ProgramProcess {
  const log = new LogLines()
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', log.write)
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  // `close` comes after the last line was read, `exit` may come before.
  const ended = once(child, 'close').then(([code, signal]): number | NodeJS.Signals => code ?? signal)
  const listening = async () => String((await log.next('listening')).url)
  const endedTooSoon = async (): Promise<never> => {
    const how = await ended
    throw new Error(`the process ended before it was ready (${how}): ${complaints}`)
  }
  return {
    process: child,
    log,
    complaints: () => complaints,
    listening,
    ready: () => Promise.race([log.next('ready').then(listening), endedTooSoon()]),
    ended,
  }
}
