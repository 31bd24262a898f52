import { type Random, seeded, systemClock } from '@terrace/kit'
import { connect, databaseVariables, readConfig } from '@terrace/service'
import {
  type BundledProgram,
  type Mariadb,
  mariadbMissing,
  type ProgramProcess,
  startMariadb,
} from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tables } from './data/tables.ts'
import { Client } from './testing/client.ts'
import { shopEnvironment } from './testing/environment.ts'
import { startBundle } from './testing/processes.ts'
import { type StandInAws, startStandInAws } from './testing/stand-in-aws.ts'

const KILLS = Number(process.env.SHOP_CRASH_KILLS ?? 20)
const BUYERS = 6
const STOCK = 100_000
const SEED = process.env.SHOP_CRASH_SEED ?? 'crashes'

/** Where in the flow of an order a process dies, and which. */
type Point =
  | { readonly role: 'api'; readonly at: 'order'; readonly turns: number }
  | {
      readonly role: 'api' | 'worker'
      readonly at: string
      readonly moment: 'before' | 'after'
      readonly count: number
    }

describe.skipIf(mariadbMissing)(
  `orders when processes die${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`,
  () => {
    let mariadb: Mariadb
    let bundle: BundledProgram
    beforeAll(async () => {
      bundle = await startBundle()
      mariadb = await startMariadb()
    })
    afterAll(async () => {
      bundle?.[Symbol.dispose]()
      await mariadb?.remove()
    })

    it(
      `S-16: kill -9 at ${KILLS} random points: every accepted order is confirmed once, and the stock adds up (seed ${SEED})`,
      async () => {
        const random = seeded(SEED)
        await using aws = await startStandInAws()
        // Messages of a dead worker come back soon.
        aws.visibilitySeconds = 2
        const url = await mariadb.createDatabase('crashes')
        const environment = { ...shopEnvironment(url, aws), STOCK_PER_PRODUCT: String(STOCK) }
        const processes = new Processes(bundle, environment)
        const buyers = await startBuyers(processes, random)
        for (let kill = 0; kill < KILLS; kill++) {
          await processes.ready()
          await reach(pointOf(random), processes, aws, buyers)
        }
        await processes.ready()
        const accepted = await buyers.stop()

        const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
        if (!config) throw new Error(`not a database: ${url}`)
        const { db, close } = connect<Tables>(config, systemClock, { poolSize: 1 })
        const left = () => db.selectFrom('orders').select('id').where('state', '=', 'accepted').limit(1).execute()
        while ((await left()).length > 0) await systemClock.sleep(20)

        const orders = await db.selectFrom('orders').select(['id', 'state']).execute()
        expect(orders.map(({ id }) => id).sort()).toEqual([...accepted].sort())
        expect(await db.selectFrom('outbox').select('id').execute()).toEqual([])
        expect(aws.deadLetters.size).toBe(0)
        const items = await db.selectFrom('order_items').select(['product_id', 'quantity']).execute()
        for (const { id, stock } of await db.selectFrom('products').select(['id', 'stock']).execute()) {
          const sold = items.filter(item => item.product_id === id).reduce((sum, { quantity }) => sum + quantity, 0)
          expect(stock).toBe(STOCK - sold)
        }
        const mails = Map.groupBy(aws.mails, ({ headers }) => headers['X-Order-Id'] ?? '')
        expect([...mails.keys()].sort()).toEqual([...accepted].sort())
        for (const sent of mails.values())
          expect(sent.filter(({ headers }) => headers['X-Possible-Repeat'] === undefined).length).toBeLessThanOrEqual(1)
        await close()
        await processes.stop()
      },
      60_000 + KILLS * 10_000,
    )
  },
)

function pointOf(random: Random): Point {
  const kind = random.integer(5)
  const moment = random.pick(['before', 'after'] as const)
  const count = 1 + random.integer(5)
  if (kind <= 1) return { role: 'api', at: 'order', turns: random.integer(60) }
  if (kind === 2) return { role: 'api', at: 'SendMessageBatch', moment, count }
  return {
    role: 'worker',
    at: random.pick(['ReceiveMessage', 'SendBulkEmail', 'SendBulkEmail', 'DeleteMessageBatch']),
    moment,
    count,
  }
}

/** Waits until the flow is at the point, and kills the process there. */
function reach(point: Point, processes: Processes, aws: StandInAws, buyers: Buyers): Promise<void> {
  return new Promise(resolve => {
    const kill = () => {
      aws.onCall = () => {}
      buyers.onOrder = () => {}
      processes.kill(point.role)
      resolve()
    }
    if (point.at === 'order' && 'turns' in point) {
      const turn = (left: number) => (left === 0 ? kill() : setImmediate(turn, left - 1))
      buyers.onOrder = () => {
        buyers.onOrder = () => {}
        turn(point.turns)
      }
      return
    }
    let seen = 0
    aws.onCall = (operation, moment) => {
      if (!('moment' in point) || operation !== point.at || moment !== point.moment) return
      seen += 1
      if (seen === point.count) kill()
    }
  })
}

/** One API and one worker, started again after they died. */
class Processes {
  readonly #bundle: BundledProgram
  readonly #environment: Record<string, string>
  readonly #running: Record<'api' | 'worker', ProgramProcess>

  constructor(bundle: BundledProgram, environment: Record<string, string>) {
    this.#bundle = bundle
    this.#environment = environment
    this.#running = { api: this.#start('api'), worker: this.#start('worker') }
  }

  get url(): Promise<string> {
    return this.#running.api.ready()
  }

  async ready(): Promise<void> {
    await Promise.all(Object.values(this.#running).map(one => one.ready()))
  }

  kill(role: 'api' | 'worker'): void {
    this.#running[role].process.kill('SIGKILL')
    this.#running[role] = this.#start(role)
  }

  async stop(): Promise<void> {
    for (const one of Object.values(this.#running)) {
      one.process.kill('SIGTERM')
      expect(await one.ended).toBe(0)
      expect(one.complaints()).toBe('')
    }
  }

  #start(role: 'api' | 'worker'): ProgramProcess {
    return this.#bundle.start({ ...this.#environment, SHOP_ROLE: role })
  }
}

interface Buyers {
  onOrder: () => void
  /** The ids of all orders that were accepted, once each buyer has an answer to the last one. */
  stop(): Promise<ReadonlySet<string>>
}

/** Each orders again and again, and repeats an order with the same key until there is an answer. */
async function startBuyers(processes: Processes, random: Random): Promise<Buyers> {
  const accepted = new Set<string>()
  let stopping = false
  const buyers: Buyers = {
    onOrder: () => {},
    async stop() {
      stopping = true
      await Promise.all(working)
      return accepted
    },
  }
  const first = await processes.url
  const cookies = await Promise.all(
    Array.from({ length: BUYERS }, (_, index) => new Client(first).join(`buyer${index}@example.com`)),
  )
  const buy = async ({ cookie, csrfToken }: Client): Promise<void> => {
    while (!stopping) {
      const items = [1 + random.integer(6), 1 + random.integer(6)].map(productId => ({ productId, quantity: 1 }))
      const key = random.uuid()
      for (let id: string | undefined; id === undefined; ) {
        const client = Object.assign(new Client(await processes.url.catch(() => first)), { cookie, csrfToken })
        buyers.onOrder()
        const answer = await client.order(items, key).catch(() => undefined)
        if (answer?.status === 201) id = String(answer.body.id)
        else if (answer && answer.status !== 503)
          throw new Error(`an order was refused: ${answer.status} ${JSON.stringify(answer.body)}`)
        if (id !== undefined) accepted.add(id)
      }
    }
  }
  const working = cookies.map(buy)
  return buyers
}
