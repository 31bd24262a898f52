import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { seeded } from '@terrace/kit'
import type { Bench, Figure } from '../figure.ts'
import { rounded, start, terrace } from '../running.ts'
import { Operator } from './operator.ts'
import { Shopper } from './shopper.ts'

const PORT = 4598
/** Buyers who each wait for an answer before the next order, as 48 open browsers would. */
const BUYERS = 48
const STOCK = 1_000_000
const CROWD = 500
/** Accounts of the crowd; Argon2id makes a log-in dear on purpose. */
const CROWD_ACCOUNTS = 50

/** Orders through the whole local path of the shop, and a crowd for the last ten of a product. */
export const bench: Bench = {
  name: 'shop-orders',
  describe: 'shop: orders/s through NGINX, both balancers, API, database, queue and worker; 500 buyers for 10 in stock',
  async *run({ quick, seed }) {
    yield* throughput(quick ? 3 : 20, seed)
    yield* crowd()
  },
}

async function* throughput(forSeconds: number, seed: number): AsyncGenerator<Figure> {
  await terrace('reset', 'shop')
  const system = await start('shop', PORT, ['--param', `StockPerProduct=${STOCK}`])
  try {
    const { web = '', aws = '' } = system.ready.urls
    const operator = await Operator.logIn(web, aws)
    const products = [...(await operator.stock()).keys()]
    const buyers = await join(web, BUYERS)
    const random = seeded(seed)
    const before = await operator.counts()
    const refused: number[] = []
    let accepted = 0
    const end = performance.now() + forSeconds * 1000
    const buy = async (buyer: Shopper) => {
      while (performance.now() < end) {
        const { status } = await buyer.order([{ productId: random.pick(products), quantity: 1 + random.integer(3) }])
        if (status === 201) accepted++
        else refused.push(status)
      }
    }
    await Promise.all(buyers.map(buy))
    const stopped = performance.now()
    while ((await operator.counts()).confirmed < before.confirmed + accepted) {
      if (performance.now() - stopped > 120_000) throw new Error('the queue is not drained after two minutes')
      await wait(50)
    }
    const drained = (performance.now() - stopped) / 1000
    const rate = accepted / forSeconds
    const note = `${BUYERS} buyers for ${forSeconds} s; ${accepted} accepted, ${refused.length} refused ${[...new Set(refused)].join(' ')}`
    yield {
      ...figure('orders accepted through the whole local path', rounded(rate, 0), 'orders/s', '≥ 300 orders/s'),
      pass: rate >= 300,
      note,
    }
    const drainRate = accepted / (forSeconds + drained)
    yield {
      ...figure(
        'orders confirmed, from the first order to the last mail',
        rounded(drainRate, 0),
        'orders/s',
        '≥ 300 orders/s',
      ),
      pass: drainRate >= 300,
      note: `the last one ${rounded(drained)} s after the last order`,
    }
  } finally {
    await system.stop()
  }
}

async function* crowd(): AsyncGenerator<Figure> {
  await terrace('reset', 'shop')
  const system = await start('shop', PORT)
  try {
    const { web = '', aws = '' } = system.ready.urls
    const operator = await Operator.logIn(web, aws)
    const [[product = 0, stock = 0] = []] = await operator.stock()
    const accounts = await join(web, CROWD_ACCOUNTS)
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, number) =>
        accounts[number % accounts.length]?.order([{ productId: product, quantity: 1 }]),
      ),
    )
    const statuses = answers.map(answer => answer?.status)
    const sold = statuses.filter(status => status === 201).length
    const clear = statuses.filter(status => status === 409).length
    yield {
      ...figure(`sold of ${stock} to ${CROWD} buyers at once`, sold, 'orders', `${stock} orders`),
      pass: sold === stock,
    }
    yield {
      ...figure('clear refusals of the others', clear, 'orders', `${CROWD - stock} orders`),
      pass: clear === CROWD - stock,
    }
    const left = (await operator.stock()).get(product) ?? Number.NaN
    yield { ...figure('left in stock', left, 'pieces', '0 pieces'), pass: left === 0 }
  } finally {
    await system.stop()
  }
}

/** Accounts that have joined, four at a time: a log-in takes processor time, and this is not about log-ins. */
async function join(web: string, count: number): Promise<readonly Shopper[]> {
  const shoppers: Shopper[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const prefix = Math.round(performance.now())
  while (shoppers.length < count) {
    const some = Array.from({ length: Math.min(4, count - shoppers.length) }, (_, offset) =>
      new Shopper(web, agent).join(`buyer${prefix}-${shoppers.length + offset}@example.com`),
    )
    shoppers.push(...(await Promise.all(some)))
  }
  return shoppers
}

const figure = (name: string, ours: number, unit: string, bar: string) => ({
  bench: 'shop-orders',
  figure: name,
  ours,
  peer: null,
  ratio: null,
  unit,
  bar,
})
