import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, Figure } from '../figure.ts'
import { gapAfter, type Ledger, openLoad, titlesOf, writeBooks } from '../load.ts'
import { get, rounded } from '../running.ts'
import { type BenchSystem, benchSystem, isWhole, zoneOf } from '../system.ts'

const PORT = 4584
const READS = 200
const WRITES = 50
const RUNS = 10

/** interval × threshold + time-out + 1 s of the library's target group. */
const WINDOW = 5 * 2 + 2 + 1

/**
 * The zone of the primary, and then that of the standby, falls silent under load. Control loops run at twenty times their
 * pace, so that the group is balanced again before the next run; requests, health checks and the database keep theirs.
 */
export const bench: Bench = {
  name: 'zone-loss',
  describe: 'a zone of the library falls silent under load: what is lost, which requests fail, what comes back',
  async *run({ quick }) {
    const system = await benchSystem('library', PORT, ['--time-scale', '20'])
    try {
      yield* primaryZone(system, quick ? 1 : RUNS)
      yield* standbyZone(system)
    } finally {
      await system.stop()
    }
  },
}

async function* primaryZone(system: BenchSystem, runs: number): AsyncGenerator<Figure> {
  const lost: number[] = []
  const late: number[] = []
  const last: number[] = []
  const back: number[] = []
  for (let run = 0; run < runs; run++) {
    const zone = zoneOf(await system.until('a whole system', isWhole), 'primary')
    const prefix = `primary ${run}-${performance.now()}`
    const reads = openLoad(READS - 10, () => get(`${system.api}/users/`))
    const writes = writeBooks(system.api, 10, prefix)
    await wait(2000)
    const stopped = performance.now()
    await system.stopZone(zone)
    await system.until('capacity in the other zone', status =>
      status.tiers.every(({ desired, instances }) => {
        const good = instances.filter(({ zone: where, health }) => where !== zone && health === 'healthy')
        return good.length >= desired
      }),
    )
    back.push((performance.now() - stopped) / 1000)
    const rest = WINDOW * 1000 + 7000 - (performance.now() - stopped)
    if (rest > 0) await wait(rest)
    await Promise.all([reads.stop(), writes.stop()])
    const failed = [...reads.answers, ...writes.answers].filter(({ status }) => status !== 200 && status !== 201)
    late.push(failed.filter(({ at }) => at > stopped + WINDOW * 1000).length)
    last.push(Math.max(0, ...failed.map(({ at }) => (at - stopped) / 1000)))
    lost.push(await missing(system, writes, prefix))
    await system.startZone(zone)
  }
  yield atMost('acknowledged writes lost, zone of the primary, all runs', sum(lost), 0, 'writes')
  yield atMost(`failed requests that began later than ${WINDOW} s after the stop, all runs`, sum(late), 0, 'requests')
  yield atMost('last failed request began after the stop, worst run', rounded(Math.max(...last)), WINDOW, 's')
  yield {
    ...atMost('capacity back in the other zone, worst run', rounded(Math.max(...back)), 60, 's'),
    note: `${runs} runs`,
  }
}

async function* standbyZone(system: BenchSystem): AsyncGenerator<Figure> {
  const zone = zoneOf(await system.until('a whole system', isWhole), 'standby')
  const prefix = `standby ${performance.now()}`
  const writes = writeBooks(system.api, WRITES, prefix)
  await wait(2000)
  const stopped = performance.now()
  await system.stopZone(zone)
  await wait(20_000)
  await writes.stop()
  yield atMost('acknowledged writes lost, zone of the standby', await missing(system, writes, prefix), 0, 'writes')
  yield atMost('write gap at the client, zone of the standby', rounded(gapAfter(writes.acknowledged, stopped)), 3, 's')
  await system.startZone(zone)
  await system.until('a whole system', isWhole)
}

async function missing(system: BenchSystem, { acknowledged }: Ledger, prefix: string): Promise<number> {
  const kept = await titlesOf(system.api, prefix)
  return acknowledged.filter(({ title }) => !kept.has(title)).length
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function atMost(figure: string, ours: number, limit: number, unit: string): Figure {
  const bar = `≤ ${limit} ${unit}`
  return { bench: 'zone-loss', figure, ours, peer: null, ratio: null, unit, bar, pass: ours <= limit }
}
