import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LogLines } from '@terrace/service/testing'
import { bundleApp } from '../bundle.ts'
import { SESSION_SECRET } from './running-notes.ts'

/** The application as it is deployed: in one file, in a folder of its own. */
export interface Bundle extends Disposable {
  /** Starts it as a process with nothing in its environment but this. */
  start(environment: Readonly<Record<string, string>>): NotesProcess
}

export interface NotesProcess {
  readonly log: LogLines
  /** What it wrote to standard error. */
  complaints(): string
  /** Resolves when it is ready. */
  url(): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Bundles it into a temporary folder. */
export async function startBundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-notes-'))
  const file = join(await bundleApp(folder), 'main.js')
  const processes = new Set<ChildProcess>()
  return {
    start(environment) {
      const child = spawn(process.execPath, [file], {
        cwd: dirname(file),
        env: { PORT: '0', SESSION_SECRET, ...environment },
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

function watch(child: ChildProcess): NotesProcess {
  const log = new LogLines()
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', log.write)
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  return {
    log,
    complaints: () => complaints,
    async url() {
      await log.next('ready')
      return String((await log.next('listening')).url)
    },
    kill: signal => void child.kill(signal),
    // `close` comes after the last line was read, `exit` may come before.
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  }
}
