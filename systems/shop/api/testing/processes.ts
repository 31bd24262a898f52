import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LogLines } from '@terrace/service/testing'
import { bundleApi } from '../bundle.ts'

/** The API and the worker as they are deployed: one bundle, in a folder of its own. */
export interface Bundle extends Disposable {
  /** Starts it as a process with nothing in its environment but this. */
  start(environment: Record<string, string>): ShopProcess
}

export interface ShopProcess {
  readonly log: LogLines
  /** What it wrote to standard error. */
  readonly complaints: () => string
  readonly process: ChildProcess
  /** Where it listens, once it is ready; rejects when it ends before. */
  readonly ready: Promise<string>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Bundles it into a temporary folder. */
export async function startBundle(): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-shop-'))
  const file = join(await bundleApi(folder), 'main.js')
  const processes = new Set<ChildProcess>()
  return {
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

function watch(child: ChildProcess): ShopProcess {
  const log = new LogLines()
  let complaints = ''
  child.stdout?.setEncoding('utf8').on('data', log.write)
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaints += text
  })
  // `close` comes after the last line was read, `exit` may come before.
  const ended = once(child, 'close').then(([code, signal]): number | NodeJS.Signals => code ?? signal)
  const ready = Promise.race([
    log.next('ready').then(() => log.next('listening')),
    ended.then(how => Promise.reject(new Error(`the process ended before it was ready (${how}): ${complaints}`))),
  ]).then(line => String(line.url))
  ready.catch(() => {})
  return { log, process: child, complaints: () => complaints, ready, ended }
}
