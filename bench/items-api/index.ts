import { CONNECTIONS, loader, requestsPerSecond } from '../api/load.ts'
import type { Served } from '../api/process.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { express, ours, type Server, startDynalite } from './servers.ts'

const ITEMS = 200
const PAGE = 50
const PATH = `/api/v1/items?limit=${PAGE}`
const AT_LEAST = 1.1
/** Requests under way on dynalite. */
const AT_ONCE = 8

/** Throughput of the items' API, one process, against Express 5 with the same items. */
export const bench: Bench = {
  name: 'items-api',
  describe: `GET one page of ${PAGE} items from memory, one process, ${CONNECTIONS} connections, against Express 5 without schema; and from dynalite`,
  run,
}

async function* run(options: BenchOptions): AsyncIterable<Figure> {
  yield await compare(options)
  yield await onDynalite(options)
}

async function compare(options: BenchOptions): Promise<Figure> {
  const { rounds, seconds } = lengths(options)
  const pair: readonly Server[] = [ours, express]
  const rates = new Map<Server, number[]>(pair.map(server => [server, []]))
  const running = new Map<Server, Served>()
  try {
    for (const server of pair) running.set(server, await server.start({ count: ITEMS, seed: options.seed }))
    await mustAnswerAlike([...running.values()].map(({ url }) => url + PATH))
    for (const { url } of running.values()) await requestsPerSecond(url + PATH, options.quick ? 1 : 2)
    // In turns, so that a slower minute of the machine slows both.
    for (let round = 0; round < rounds; round++)
      for (const [server, { url }] of running) rates.get(server)?.push(await requestsPerSecond(url + PATH, seconds))
  } finally {
    for (const one of running.values()) await one.stop()
  }
  const reached = median(rates.get(ours) ?? [])
  const others = median(rates.get(express) ?? [])
  const ratio = rounded(reached / others)
  const each = (rates.get(ours) ?? []).map((rate, round) => rounded(rate / (rates.get(express)?.[round] ?? 0)))
  return {
    bench: 'items-api',
    figure: `GET ${PATH} from memory against ${express.name}`,
    ours: Math.round(reached),
    peer: Math.round(others),
    ratio,
    unit: 'requests/s',
    bar: `≥ ${AT_LEAST}×`,
    pass: ratio >= AT_LEAST,
    note: `${rounds} rounds of ${seconds} s in turns, median, ${loader}; the rounds: ${each.join(', ')}×`,
  }
}

/** What dynalite lets through: it is most of the work, so that there is no bar. */
async function onDynalite(options: BenchOptions): Promise<Figure> {
  const { rounds, seconds } = lengths(options)
  const dynalite = await startDynalite()
  try {
    const server = await ours.start({ count: ITEMS, seed: options.seed, dynalite: dynalite.url })
    try {
      const rates: number[] = []
      for (let round = 0; round < rounds; round++) rates.push(await fetchesPerSecond(server.url + PATH, seconds))
      return {
        bench: 'items-api',
        figure: `GET ${PATH} from dynalite`,
        ours: Math.round(median(rates)),
        peer: null,
        ratio: null,
        unit: 'requests/s',
        bar: 'none: reported',
        pass: true,
        note: `dynalite in a process of its own on the same cores, ${AT_ONCE} at once by fetch, ${rounds} rounds of ${seconds} s, median`,
      }
    } finally {
      await server.stop()
    }
  } finally {
    await dynalite.stop()
  }
}

const lengths = ({ quick }: BenchOptions) => (quick ? { rounds: 1, seconds: 1 } : { rounds: 5, seconds: 4 })

/** @throws Error when they don't give the same page: a faster wrong answer is worth nothing */
async function mustAnswerAlike(urls: readonly string[]): Promise<void> {
  const answers = await Promise.all(urls.map(async url => (await fetch(url)).text()))
  if (new Set(answers).size !== 1) throw new Error(`the servers answer differently:\n${answers.join('\n')}`)
}

/** dynalite takes its time, so that a few ask and wait as long as it takes. */
async function fetchesPerSecond(url: string, seconds: number): Promise<number> {
  const start = performance.now()
  const end = start + seconds * 1000
  let answered = 0
  const ask = async () => {
    while (performance.now() < end) {
      const answer = await fetch(url)
      if (!answer.ok) throw new Error(`load on ${url} failed: ${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
      answered += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, ask))
  return (answered / (performance.now() - start)) * 1000
}

const rounded = (value: number): number => Math.round(value * 100) / 100

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
