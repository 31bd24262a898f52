import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const TERRACE = fileURLToPath(new URL('../packages/cli/bin/terrace.js', import.meta.url))

/** What `terrace up --json` prints. */
export interface ReadyLine {
  readonly name: string
  readonly urls: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly pid: number
}

/** A system that was started for a measurement. */
export interface RunningSystem {
  readonly ready: ReadyLine
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Starts `terrace up`; the promise of the ready line comes apart from the process, for those who poll before. */
export function launch(
  target: string,
  port: number,
  more: readonly string[] = [],
): { child: ChildProcess; ready: Promise<ReadyLine> } {
  const child = spawn(process.execPath, [TERRACE, 'up', target, '--json', '--port', String(port), ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', line => resolve(JSON.parse(line)))
    child.once('exit', code => reject(new Error(`terrace up ended with ${code}`)))
  })
  return { child, ready }
}

export async function start(target: string, port: number, more: readonly string[] = []): Promise<RunningSystem> {
  const { child, ready } = launch(target, port, more)
  return { ready: await ready, child, stop: () => stopChild(child) }
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGINT')
  await exited
}

/** Runs a command of `terrace` to its end and gives its standard output. */
export async function terrace(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [TERRACE, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  await once(child, 'close')
  return Buffer.concat(chunks).toString()
}

/** One request; `*.localhost` is led to 127.0.0.1, as browsers do. The status, or 0 when there was no answer. */
export function get(
  url: string,
  options: { method?: string; body?: string; timeoutMs?: number } = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port, pathname, search } = new URL(url)
  return new Promise(resolve => {
    const failed = () => resolve({ status: 0, body: '' })
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: pathname + search,
        method: options.method ?? 'GET',
        agent: false,
        timeout: options.timeoutMs ?? 30_000,
        // A web ACL blocks who does not say what it is.
        headers: {
          Host: `${hostname}:${port}`,
          'User-Agent': 'terrace-bench',
          ...(options.body ? { 'Content-Type': 'application/json' } : {}),
        },
      },
      response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', failed)
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      },
    )
    sent.on('timeout', () => sent.destroy())
    sent.on('error', failed)
    sent.end(options.body)
  })
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits))
