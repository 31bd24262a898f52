import { seeded } from '@terrace/kit'
import { type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { CONNECTIONS, loader, requestsPerSecond } from './load.ts'
import { bare, type Data, fastapi, flask, ours, type Server } from './servers.ts'

const BOOKS = 50
const DATABASE = 'library'

/** Whom we are compared with, and what has to hold. */
const COMPARISONS: readonly { readonly peer: Server; readonly atLeast: number }[] = [
  { peer: bare, atLeast: 0.75 },
  { peer: flask, atLeast: 2 },
  { peer: fastapi, atLeast: 20 },
]

/** Throughput of the library's API against what others make of the same database. */
export const bench: Bench = {
  name: 'api',
  describe: `GET /books/ (${BOOKS} books, MariaDB, ${CONNECTIONS} connections) against bare node:http, Flask and FastAPI`,
  run,
}

async function* run(options: BenchOptions): AsyncIterable<Figure> {
  if (mariadbMissing) throw new Error(`${mariadbMissing}: this bench needs it (npm run setup)`)
  const mariadb = await startMariadb()
  try {
    const data = { url: await mariadb.createDatabase(DATABASE), socketPath: mariadb.socketPath, database: DATABASE }
    // The schema is the application's own: its first start makes it.
    await (await ours.start(data)).stop()
    await fill(mariadb, options.seed)
    for (const { peer, atLeast } of COMPARISONS) yield await compare(peer, atLeast, data, options)
  } finally {
    await mariadb.remove()
  }
}

async function compare(peer: Server, atLeast: number, data: Data, options: BenchOptions): Promise<Figure> {
  const rounds = options.quick ? 1 : 5
  const seconds = options.quick ? 1 : 4
  const missing = peer.missing()
  const pair = missing ? [ours] : [ours, peer]
  const rates = new Map<Server, number[]>(pair.map(server => [server, []]))
  const served = new Map<Server, string>()
  const running = []
  try {
    for (const server of pair) {
      const one = await server.start(data)
      running.push(one)
      served.set(server, `${one.url}/books/`)
    }
    await mustAnswerAlike([...served.values()])
    for (const url of served.values()) await requestsPerSecond(url, options.quick ? 1 : 2)
    // In turns, so that a slower minute of the machine slows both.
    for (let round = 0; round < rounds; round++)
      for (const [server, url] of served) rates.get(server)?.push(await requestsPerSecond(url, seconds))
  } finally {
    for (const one of running) await one.stop()
  }
  const reached = Math.round(median(rates.get(ours) ?? []))
  const others = missing ? null : Math.round(median(rates.get(peer) ?? []))
  const ratio = others === null ? null : Math.round((reached / others) * 100) / 100
  return {
    bench: 'api',
    figure: `GET /books/ against ${peer.name}`,
    ours: reached,
    peer: others,
    ratio,
    unit: 'requests/s',
    bar: `≥ ${atLeast}×`,
    pass: ratio === null || ratio >= atLeast,
    note: missing ? `peer not measured: ${missing}` : `${rounds} rounds of ${seconds} s in turns, median, ${loader}`,
  }
}

/** The same rows for everybody: some lent, some with titles beyond ASCII. */
async function fill(mariadb: Mariadb, seed: number): Promise<void> {
  const random = seeded(seed)
  const titles = [
    'The Long Walk Home',
    'Cien años de soledad',
    'A Short History of Rivers',
    '雪国',
    'On Gardens & Growth',
  ]
  const users = Array.from({ length: 10 }, (_, index) => `('User ${index}', 'user ${index}', 'user ${index}', 1)`)
  const books = Array.from({ length: BOOKS }, (_, index) => {
    const title = `${random.pick(titles)} ${index}`
    const lent = index < 10 ? `${index + 1}, '2026-12-06'` : 'null, null'
    return `('${title}', 'Author Number ${random.integer(30)}', '${title}', 'author', ${lent})`
  })
  await mariadb.run(
    DATABASE,
    `insert into users (name, name_key, search_key, books_out) values ${users}`,
    `insert into books (title, author, title_key, author_key, borrowed_by_id, due_date) values ${books}`,
  )
}

/** @throws Error when the servers don't give the same books: a faster wrong answer is worth nothing */
async function mustAnswerAlike(urls: readonly string[]): Promise<void> {
  const answers = await Promise.all(urls.map(async url => (await fetch(url)).json()))
  const texts = new Set(answers.map(answer => JSON.stringify(answer)))
  if (texts.size !== 1) throw new Error(`the servers answer differently:\n${[...texts].join('\n')}`)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
