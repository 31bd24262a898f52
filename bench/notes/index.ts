import { type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import { CONNECTIONS, loader, requestsPerSecond } from '../api/load.ts'
import type { Served } from '../api/process.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { fill } from './fill.ts'
import { timeSearches } from './search.ts'
import { type Data, PEER, peerMissing, startNotes, startPeer } from './servers.ts'

const NOTES = 100_000
const DATABASE = 'notes'
const FASTER = 5
const SEARCH_MS = 20

/** As RDS gives the smallest of its instances, of which it is a part; the default of these tests holds no such table. */
const BUFFER_POOL = '256 * 1024 * 1024'

/** The list of notes and its search, with many notes. */
export const bench: Bench = {
  name: 'notes',
  describe: `list page of 50 of ${NOTES} notes (MariaDB, ${CONNECTIONS} connections) against ${PEER}; search`,
  run,
}

async function* run(options: BenchOptions): AsyncIterable<Figure> {
  if (mariadbMissing) throw new Error(`${mariadbMissing}: this bench needs it (npm run setup)`)
  const mariadb = await startMariadb()
  try {
    await mariadb.run('', `set global innodb_buffer_pool_size = ${BUFFER_POOL}`)
    const data = { url: await mariadb.createDatabase(DATABASE), socketPath: mariadb.socketPath, database: DATABASE }
    // The schema is the application's own: its first start makes it.
    await (await startNotes(data)).stop()
    await fill(mariadb, DATABASE, NOTES, options.seed)
    await settle(mariadb)
    yield await search(data, options)
    yield await compare(data, options)
  } finally {
    await mariadb.remove()
  }
}

// What was just written is merged into the full-text index, as a server does when it has the time.
async function settle(mariadb: Mariadb): Promise<void> {
  await mariadb.run(
    DATABASE,
    'analyze table notes, note_tags, note_words',
    'set global innodb_optimize_fulltext_only = on',
    'optimize table note_words',
    'set global innodb_optimize_fulltext_only = off',
  )
}

async function search({ url }: Data, { seed, quick }: BenchOptions): Promise<Figure> {
  const times = await timeSearches(url, seed, quick ? 5 : 40)
  const slowest = times.reduce((slow, one) => (one.took > slow.took ? one : slow))
  return {
    bench: 'notes',
    figure: `search in ${NOTES} notes, the slowest of ${times.length} kinds (${slowest.typed}), median`,
    ours: round(slowest.took),
    peer: null,
    ratio: null,
    unit: 'ms',
    bar: `≤ ${SEARCH_MS} ms`,
    pass: slowest.took <= SEARCH_MS,
    note: times.map(({ typed, took }) => `${typed}: ${round(took)}`).join('; '),
  }
}

async function compare(data: Data, { quick }: BenchOptions): Promise<Figure> {
  const [rounds, seconds] = quick ? [1, 1] : [5, 4]
  const missing = peerMissing()
  const running: Served[] = []
  const rates: number[][] = []
  try {
    running.push(await startNotes(data))
    if (!missing) running.push(await startPeer(data))
    await mustShowAlike(running)
    for (const { url } of running) await requestsPerSecond(`${url}/`, quick ? 1 : 2)
    // In turns, so that a slower minute of the machine slows both.
    for (let turn = 0; turn < rounds; turn++)
      for (const [at, { url }] of running.entries()) {
        const rate = await requestsPerSecond(`${url}/`, seconds)
        rates[at] = [...(rates[at] ?? []), rate]
      }
  } finally {
    for (const one of running) await one.stop()
  }
  const ours = Math.round(median(rates[0] ?? []))
  const peer = missing ? null : Math.round(median(rates[1] ?? []))
  const ratio = peer === null ? null : Math.round((ours / peer) * 100) / 100
  return {
    bench: 'notes',
    figure: `list page with 50 of ${NOTES} notes against ${PEER}`,
    ours,
    peer,
    ratio,
    unit: 'requests/s',
    bar: `≥ ${FASTER}×`,
    pass: ratio === null || ratio >= FASTER,
    note: missing
      ? `peer not measured: ${missing}`
      : `one process each, ${rounds} rounds of ${seconds} s in turns, median, ${loader}`,
  }
}

/** @throws Error when the pages don't show the same notes: a faster wrong page is worth nothing */
async function mustShowAlike(servers: readonly Served[]): Promise<void> {
  const lists = await Promise.all(
    servers.map(async ({ url }) => {
      const page = await (await fetch(`${url}/`)).text()
      return /<ul class="notes">[\s\S]*<\/ul>/.exec(page)?.[0].replaceAll(/\s*\n\s*/g, '') ?? page
    }),
  )
  const [first] = lists
  for (const list of lists) if (list !== first) throw new Error(`the pages differ:\n${first}\n\n${list}`)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10
