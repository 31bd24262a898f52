import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { LoopDelay } from './watch.ts'

const workspace = join(import.meta.dirname, '../..')

/** The removal service as its image runs it, in a process of its own. */
export interface Service {
  readonly url: string
  /** Of the event loop since the last `reset`. */
  loopDelay(): Promise<LoopDelay>
  reset(): void
  /** The most memory that it ever had resident, megabytes. */
  peakMegabytes(): number
  stop(): Promise<void>
}

/** The bundle, in the workspace so that what is not in it is found there. */
export function bundle(): { readonly main: string; remove(): void } {
  const built = join(workspace, '.build')
  mkdirSync(built, { recursive: true })
  const folder = mkdtempSync(join(built, 'bench-cutout-'))
  execFileSync(process.execPath, [join(workspace, 'systems/quiz/cutout/bundle.ts'), join(folder, 'image')])
  return { main: join(folder, 'image/main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** @param cores  the processors that it may use, such as `0` */
export async function startService(main: string, workers: number, cores: string): Promise<Service> {
  const watch = join(import.meta.dirname, 'watch.ts')
  const child = spawn('taskset', ['-c', cores, process.execPath, '--import', watch, main], {
    // The last one as the Dockerfile sets it; a model is measured when the bench is started with one.
    env: {
      PORT: '0',
      CUTOUT_WORKERS: String(workers),
      CUTOUT_MODEL: process.env.CUTOUT_MODEL ?? '',
      MALLOC_ARENA_MAX: '2',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const url = await untilReady(child)
  return {
    url,
    async loopDelay() {
      const answer = once(child, 'message')
      child.send('report')
      const [delay] = await answer
      return delay as LoopDelay
    },
    reset: () => child.send('reset'),
    peakMegabytes: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let url = ''
    child.once('exit', code => reject(new Error(`the removal service ended (${code})`)))
    if (child.stdout)
      createInterface(child.stdout).on('line', text => {
        const line = JSON.parse(text) as { readonly message: string; readonly url?: string }
        if (line.message === 'listening') url = line.url ?? ''
        if (line.message === 'ready') resolve(url)
      })
  })
}
