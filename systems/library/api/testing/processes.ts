import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LogLines } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'
import { Client } from './client.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** The API as it is deployed: bundled by esbuild, in a folder of its own. */
export interface Bundle extends Disposable {
  readonly file: string
  /** Starts it as a process with nothing in its environment but this. */
  start(environment: Record<string, string>): ApiProcess
}

export interface ApiProcess {
  readonly log: LogLines
  /** What it wrote to standard error. */
  readonly complaints: () => string
  readonly process: ChildProcess
  /** Resolves when it listens. */
  client(): Promise<Client>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Bundles it into a temporary folder. */
export async function startBundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-api-'))
  const file = join(await bundleApi(folder), 'main.js')
  const processes = new Set<ChildProcess>()
  return {
    file,
    start(environment) {
      const child = spawn(process.execPath, [file], {
        cwd: dirname(file),
        // The bundle lies outside the project: only NODE_PATH leads to better-sqlite3.
        env: { NODE_PATH: join(root, 'node_modules'), PORT: '0', ...environment },
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

function watch(child: ChildProcess): ApiProcess {
  const log = new LogLines()
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', log.write)
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  return {
    log,
    process: child,
    complaints: () => complaints,
    client: async () => new Client(String((await log.next('listening')).url)),
    // `close` comes after the last line was read, `exit` may come before.
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
  }
}
