import { databaseKinds } from '@terrace/service/testing'
import { startBundle } from '../../systems/library/api/testing/processes.ts'
import type { Bench, Figure } from '../figure.ts'
import { start, terrace } from '../running.ts'

const INSTANCES = 20
const BORROWERS = 200
const PORT = 4560

/** What has to be exact whatever happens at the same moment: the start, lending, and the end. */
export const bench: Bench = {
  name: 'exactness',
  describe: '20 instances starting at once, 200 borrows at once, on both databases; nothing left after terrace down',
  async *run() {
    using bundle = await startBundle()
    for (const { title, missing, start: startDatabase } of databaseKinds) {
      if (missing) {
        yield { ...exact(`on ${title}`, 0, 1, 'runs'), note: missing }
        continue
      }
      const databases = await startDatabase()
      try {
        const url = await databases.create()
        const instances = Array.from({ length: INSTANCES }, () => bundle.start({ DATABASE_URL: url }))
        await Promise.all(instances.map(({ log }) => log.next('ready')))
        const ran = instances.flatMap(({ log }) => log.lines.flatMap(line => (Array.isArray(line.ran) ? line.ran : [])))
        yield exact(
          `${title}: migrations run by ${INSTANCES} instances starting at once, each once`,
          ran.length,
          new Set(ran).size,
          'migrations',
        )
        const clients = await Promise.all(instances.map(instance => instance.client()))
        const ready = await Promise.all(clients.map(client => client.get('/readyz')))
        yield exact(
          `${title}: instances ready of ${INSTANCES}`,
          ready.filter(({ status }) => status === 200).length,
          INSTANCES,
          'instances',
        )

        const [first] = clients
        if (!first) throw new Error('no instance started')
        await first.post('/books/', { title: 'The only copy', author: 'Somebody' })
        for (let user = 1; user <= BORROWERS; user++) await first.post('/users/', { name: `Borrower ${user}` })
        const answers = await Promise.all(
          Array.from({ length: BORROWERS }, (_, index) =>
            clients[index % clients.length]?.post(`/books/1/borrow/${index + 1}`),
          ),
        )
        yield exact(
          `${title}: successes of ${BORROWERS} simultaneous borrows of one book`,
          answers.filter(answer => answer?.status === 200).length,
          1,
          'borrows',
        )
        yield exact(
          `${title}: refusals`,
          answers.filter(answer => answer?.status === 409).length,
          BORROWERS - 1,
          'borrows',
        )
        yield exact(`${title}: loan rows`, (await first.get('/loans/')).body.length, 1, 'rows')
        for (const { process: instance } of instances) instance.kill('SIGTERM')
        await Promise.all(instances.map(({ ended }) => ended))
      } finally {
        await databases.remove()
      }
    }
    yield* leftovers()
  },
}

async function* leftovers(): AsyncIterable<Figure> {
  for (const how of ['terrace down', 'kill -9 of Terrace, then terrace down']) {
    await terrace('down', 'library')
    const system = await start('library', PORT)
    const status = JSON.parse(await terrace('status', 'library', '--json'))
    const pids: number[] = status.tiers.flatMap((tier: { instances: { processes: { pid: number }[] }[] }) =>
      tier.instances.flatMap(instance => instance.processes.map(({ pid }) => pid)),
    )
    if (how !== 'terrace down') process.kill(system.ready.pid, 'SIGKILL')
    await terrace('down', 'library')
    yield exact(`processes left after ${how}`, [system.ready.pid, ...pids].filter(isAlive).length, 0, 'processes')
    const ports = await Promise.all([PORT, PORT + 1, PORT + 2].map(answers))
    yield exact(`listening ports left after ${how}`, ports.filter(Boolean).length, 0, 'ports')
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  )

const exact = (figure: string, ours: number, wanted: number, unit: string): Figure => ({
  bench: 'exactness',
  figure,
  ours,
  peer: null,
  ratio: null,
  unit,
  bar: `= ${wanted}`,
  pass: ours === wanted,
})
