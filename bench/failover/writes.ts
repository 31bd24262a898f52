import { setTimeout as wait } from 'node:timers/promises'
import { createPool, type RowDataPacket } from 'mysql2/promise'

/** Writes at a constant rate, whatever becomes of them. */
export interface Writes {
  /** Resolves when that many more were acknowledged. */
  acknowledged(more: number): Promise<void>
  beginGap(): void
  /** Longest time without an acknowledgement since `beginGap`, milliseconds. */
  longestGap(): number
  stop(): Promise<{ readonly acknowledged: readonly number[]; readonly found: ReadonlySet<number> }>
}

/** Starts `rate` writes a second; each is repeated, with its own key, until it is acknowledged. */
export async function startWrites(socketPath: string, rate: number): Promise<Writes> {
  const login = { socketPath, user: 'admin', password: 'secret', database: 'mydb' }
  const pool = createPool({ ...login, connectionLimit: 20, connectTimeout: 1000 })
  await pool.query('CREATE TABLE writes (id INT PRIMARY KEY, body VARCHAR(200) NOT NULL)')
  const acknowledged: number[] = []
  const open = new Set<Promise<void>>()
  const waiting = new Set<() => void>()
  let [id, last, longest] = [0, performance.now(), 0]
  let ended = false
  const write = async (key: number): Promise<void> => {
    while (!ended) {
      try {
        await pool.query({
          sql: 'INSERT IGNORE INTO writes VALUES (?, ?)',
          values: [key, 'x'.repeat(100)],
          timeout: 2000,
        })
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        acknowledged.push(key)
        for (const check of [...waiting]) check()
        return
      } catch {
        await wait(50)
      }
    }
  }
  const began = performance.now()
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * rate; id < due; ) {
      const one = write(id++).finally(() => open.delete(one))
      open.add(one)
    }
  }, 5)
  return {
    acknowledged(more) {
      const target = acknowledged.length + more
      return new Promise(resolve => {
        const check = () => {
          if (acknowledged.length < target) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    beginGap() {
      longest = 0
    },
    longestGap: () => Math.max(longest, performance.now() - last),
    async stop() {
      clearInterval(timer)
      await Promise.race([Promise.all(open), wait(10_000)])
      ended = true
      await Promise.all(open)
      const [rows] = await pool.query<RowDataPacket[]>('SELECT id FROM writes')
      await pool.end()
      return { acknowledged, found: new Set(rows.map(row => Number(row.id))) }
    },
  }
}
