import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, Figure } from '../figure.ts'
import { gapAfter, titlesOf, writeBooks } from '../load.ts'
import { median, rounded } from '../running.ts'
import { benchSystem, isWhole } from '../system.ts'

const PORT = 4588
const WRITES = 50
const RUNS = 20

/** `kill -9` of the primary, again and again, while the library's API is written to. */
export const bench: Bench = {
  name: 'failover',
  describe: 'kill -9 of the primary at 50 writes/s through the library: lost writes and the gap, twenty times in a row',
  async *run({ quick }) {
    const runs = quick ? 3 : RUNS
    const lost: number[] = []
    const gaps: number[] = []
    const system = await benchSystem('library', PORT)
    try {
      for (let run = 0; run < runs; run++) {
        const { database } = await system.until('a whole system', isWhole)
        const primary = database?.members.find(({ role }) => role === 'primary')
        if (primary?.pid === undefined) throw new Error(`the status names no process of the primary`)
        const prefix = `failover ${run}-${performance.now()}`
        const writes = writeBooks(system.api, WRITES, prefix)
        await wait(1500)
        const killed = performance.now()
        process.kill(primary.pid, 'SIGKILL')
        await wait(7000)
        await writes.stop()
        gaps.push(gapAfter(writes.acknowledged, killed))
        const kept = await titlesOf(system.api, prefix)
        lost.push(writes.acknowledged.filter(({ title }) => !kept.has(title)).length)
      }
    } finally {
      await system.stop()
    }
    const total = lost.reduce((sum, one) => sum + one, 0)
    yield { ...atMost('acknowledged writes lost, all runs', total, 0, 'writes'), note: `${runs} runs` }
    yield atMost('write gap at the client, median', rounded(median(gaps)), 2, 's')
    yield atMost('write gap at the client, worst', rounded(Math.max(...gaps)), 5, 's')
  },
}

function atMost(figure: string, ours: number, limit: number, unit: string): Figure {
  const bar = `≤ ${limit} ${unit}`
  return { bench: 'failover', figure, ours, peer: null, ratio: null, unit, bar, pass: ours <= limit }
}
