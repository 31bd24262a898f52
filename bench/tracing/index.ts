import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CONNECTIONS, loader, requestsPerSecond } from '../api/load.ts'
import { serve } from '../api/process.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'

/** What tracing may cost. */
const AT_LEAST = 0.95
const SAMPLED = '0.1'

const PATH = '/api/v1/items?limit=50'
/** Of the table in memory, as the bench of the items' API has it. */
const ITEMS = '200'
/** Milliseconds: spans wait for two seconds at most before they are sent. */
const SENT_WITHIN = 2200

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
  const [processes, rounds, seconds] = quick ? [1, 3, 1] : [4, 3, 4]
  const collector = await serve([process.execPath, program('collector.ts')], {}, line => /^(\d+)$/.exec(line)?.[1])
  const rates: Rates = { plain: [], traced: [], ratio: [], cpu: [] }
  try {
    // One process may be compiled more luckily than another, and stays so: both serve from one, and there are several.
    for (let one = 0; one < processes; one++) await compare(collector.url, String(seed), rounds, seconds, rates)
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
      note: `${processes} processes that serve both, ${rounds} pairs of ${seconds} s in turns, ${loader}; ${spread}; ${cpu}; ${Math.round(bytes / 1e6)} MB of spans`,
    }
  } finally {
    await collector.stop()
  }
}

async function compare(collector: string, seed: string, rounds: number, seconds: number, rates: Rates) {
  const apis = await startApis(collector, seed)
  try {
    for (const url of [apis.plain, apis.traced]) await requestsPerSecond(url + PATH, Math.min(2, seconds))
    for (let round = 0; round < rounds; round++) {
      // In turns, and each first as often as second: a slower minute of the machine slows both.
      const pair = { plain: 0, traced: 0 }
      const cpu = { plain: 0, traced: 0 }
      for (const name of round % 2 === 0 ? (['plain', 'traced'] as const) : (['traced', 'plain'] as const)) {
        const before = apis.processorTime()
        pair[name] = await requestsPerSecond(apis[name] + PATH, seconds)
        // What was traced last is sent in its own time.
        await wait(SENT_WITHIN)
        cpu[name] = (apis.processorTime() - before) / (pair[name] * seconds)
      }
      rates.plain.push(pair.plain)
      rates.traced.push(pair.traced)
      rates.ratio.push(pair.traced / pair.plain)
      rates.cpu.push(cpu.plain / cpu.traced)
    }
  } finally {
    await apis.stop()
  }
}

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Their log goes nowhere: who reads it would take the processor from those who are measured. */
async function startApis(collector: string, seed: string) {
  const words = [program('apis.ts'), ITEMS, seed, collector, SAMPLED]
  const child = spawn(process.execPath, words, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const said: string[] = []
  for await (const line of createInterface(child.stderr)) {
    said.push(line)
    const [, plain, traced] = /^(http:\S+) (http:\S+)$/.exec(line) ?? []
    if (plain === undefined || traced === undefined) continue
    return {
      plain,
      traced,
      processorTime: () => processorTimeOf(child.pid ?? 0),
      async stop() {
        child.kill('SIGTERM')
        await once(child, 'exit')
        process.off('exit', kill)
      },
    }
  }
  throw new Error(`the servers ended before they listened:\n${said.join('\n')}`)
}

/** In ticks of the kernel; 0 where the kernel doesn't tell. */
function processorTimeOf(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return 0
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 1000) / 1000
}
