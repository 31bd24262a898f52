import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded } from '@terrace/kit'
import type { Bench, Figure } from '../figure.ts'
import { median, rounded } from '../running.ts'
import { startDatabase } from './database.ts'
import { startWrites } from './writes.ts'

const RATE = 50

/** The primary of a Multi-AZ database dies under load, and later the standby's zone stops; nothing acknowledged is lost. */
export const bench: Bench = {
  name: 'failover',
  describe: 'kill -9 of the database primary under 50 writes/s: lost acknowledged writes, write gap (RUNS=20)',
  async *run({ seed, quick }) {
    const runs = Number(process.env.RUNS ?? (quick ? 3 : 20))
    const folder = await mkdtemp(join(tmpdir(), 'terrace-failover-'))
    const database = await startDatabase(folder, seed)
    const random = seeded(seed)
    try {
      const writes = await startWrites(database.door, RATE)
      const gaps: number[] = []
      for (let run = 0; run < runs; run++) {
        await writes.acknowledged(RATE + random.integer(RATE))
        const synchronous = database.next('rds.synchronous')
        writes.beginGap()
        database.killPrimary()
        await synchronous
        await writes.acknowledged(RATE)
        gaps.push(writes.longestGap())
      }
      writes.beginGap()
      const degraded = database.next('rds.degraded')
      await database.stopStandbyZone()
      await degraded
      await writes.acknowledged(RATE)
      const alone = writes.longestGap()
      const { acknowledged, found } = await writes.stop()
      const lost = acknowledged.filter(id => !found.has(id)).length
      const note = `${runs} runs, ${acknowledged.length} acknowledged writes`
      yield figure('acknowledged writes lost', lost, 0, 'writes', note)
      yield figure('write gap at the client, p50', rounded(median(gaps) / 1000), 2, 's', note)
      yield figure('write gap at the client, longest', rounded(Math.max(...gaps) / 1000), 5, 's', note)
      yield figure('write gap when the zone of the standby stops', rounded(alone / 1000), 3, 's', 'once')
    } finally {
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const figure = (text: string, value: number, limit: number, unit: string, note: string): Figure => ({
  bench: 'failover',
  figure: text,
  ours: value,
  peer: null,
  ratio: null,
  unit,
  bar: `≤ ${limit} ${unit}`,
  pass: value <= limit,
  note,
})
