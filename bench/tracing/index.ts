import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CONNECTIONS, loader, requestsPerSecond } from '../api/load.ts'
import { type Served, serve } from '../api/process.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'

/** What tracing may cost. */
const AT_LEAST = 0.95
const SAMPLED = '0.1'

const PATH = '/api/v1/items?limit=50'
/** Of the table in memory, as the bench of the items' API has it. */
const ITEMS = '200'

/** Throughput of the items' API, one process, that traces a tenth of its requests against one that traces none. */
export const bench: Bench = {
  name: 'tracing',
  describe: `GET one page of 50 items from memory, ${CONNECTIONS} connections: 10 % of the requests traced against none`,
  run,
}

interface Rates {
  readonly plain: number[]
  readonly traced: number[]
  readonly ratio: number[]
  readonly cpu: number[]
}

async function* run({ quick, seed }: BenchOptions): AsyncIterable<Figure> {
  const [processes, rounds, seconds] = quick ? [1, 3, 1] : [5, 4, 3]
  const collector = await serve(program('collector.ts'), {}, line => /^(\d+)$/.exec(line)?.[1])
  const rates: Rates = { plain: [], traced: [], ratio: [], cpu: [] }
  try {
    // One process may be compiled more luckily than another, and stays so: several of each.
    for (let pair = 0; pair < processes; pair++) await comparePair(collector.url, String(seed), rounds, seconds, rates)
    const { bytes } = (await (await fetch(collector.url)).json()) as { bytes: number }
    if (bytes === 0) throw new Error('no span has come to the collector: nothing was traced')
    const ratio = quantile(rates.ratio, 0.5)
    // Others on the machine slow a pair's halves unequally. The spread of the pairs says whether the median means anything.
    const spread = `quarter of the pairs below ${quantile(rates.ratio, 0.25)}, quarter above ${quantile(rates.ratio, 0.75)}`
    const cpu = `processor time a request ${quantile(rates.cpu, 0.5)}×`
    yield {
      bench: 'tracing',
      figure: `GET ${PATH} from memory, a tenth of the requests traced, against none`,
      ours: Math.round(quantile(rates.traced, 0.5)),
      peer: Math.round(quantile(rates.plain, 0.5)),
      ratio,
      unit: 'requests/s',
      bar: `≥ ${AT_LEAST}×`,
      pass: ratio >= AT_LEAST,
      note: `${processes} times two processes, ${rounds} pairs of ${seconds} s in turns, ${loader}; ${spread}; ${cpu}; ${Math.round(bytes / 1e6)} MB of spans`,
    }
  } finally {
    await collector.stop()
  }
}

async function comparePair(collector: string, seed: string, rounds: number, seconds: number, rates: Rates) {
  const running: Served[] = []
  try {
    const plain = await api(seed, {})
    running.push(plain)
    const traced = await api(seed, { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: SAMPLED })
    running.push(traced)
    for (const { url } of [plain, traced]) await requestsPerSecond(url + PATH, Math.min(2, seconds))
    for (let round = 0; round < rounds; round++) {
      // In turns, and each first as often as second: a slower minute of the machine slows both.
      const pair = { plain: 0, traced: 0 }
      const cpu = { plain: 0, traced: 0 }
      for (const name of round % 2 === 0 ? (['plain', 'traced'] as const) : (['traced', 'plain'] as const)) {
        const { url, processorTime } = name === 'plain' ? plain : traced
        const before = processorTime()
        pair[name] = await requestsPerSecond(url + PATH, seconds)
        cpu[name] = (processorTime() - before) / (pair[name] * seconds)
      }
      rates.plain.push(pair.plain)
      rates.traced.push(pair.traced)
      rates.ratio.push(pair.traced / pair.plain)
      rates.cpu.push(cpu.plain / cpu.traced)
    }
  } finally {
    for (const one of running) await one.stop()
  }
}

const program = (name: string): [string, string] => [process.execPath, fileURLToPath(new URL(name, import.meta.url))]

interface Api extends Served {
  processorTime(): number
}

/** Its log goes nowhere: who reads it would take the processor from those who are measured. */
async function api(seed: string, environment: Readonly<Record<string, string>>): Promise<Api> {
  const port = await freePort()
  const env = { NODE_ENV: 'production', PORT: String(port), ...environment }
  const words = [...program('../items-api/ours.ts').slice(1), ITEMS, seed]
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const url = `http://127.0.0.1:${port}`
  while ((await fetch(`${url}/readyz`).catch(() => undefined))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(`the server ended before it listened, with ${child.exitCode}`)
    await wait(50)
  }
  return {
    url,
    processorTime: () => processorTimeOf(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      process.off('exit', kill)
    },
  }
}

/** In ticks of the kernel; 0 where the kernel doesn't tell. */
function processorTimeOf(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return 0
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 1000) / 1000
}
