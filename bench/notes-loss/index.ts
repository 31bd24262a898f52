import { setTimeout as wait } from 'node:timers/promises'
import type { Status } from '@terrace/control'
import { callAws } from '../aws.ts'
import type { Bench, Figure } from '../figure.ts'
import { type Answer, gapAfter, openLoad } from '../load.ts'
import { get, rounded } from '../running.ts'
import { type BenchSystem, benchSystem, zoneOf } from '../system.ts'
import { keptTitles } from './kept.ts'

const PORT = 4594
const READS = 80
const WRITES = 20
const RUNS = 3

/**
 * How long after the loss of a zone a request may begin and still fail: the checks' own time and 1 s more. Route 53 asks each
 * address every 10 s and waits 4 s for a connection (`ReverseProxy`); the balancer asks tasks every 5 s, twice, and waits
 * 2 s (`FargateService`).
 */
const ROUTE_53 = 10 + 4
const BALANCER = 5 * 2 + 2
const ZONE_WINDOW = Math.max(ROUTE_53, BALANCER) + 1

/** No health check is about the database: a failover is bounded by the balancer's, which would find the tasks ill. */
const FAILOVER_WINDOW = BALANCER + 1

/** A zone of the notes falls silent, and their database fails over, under 100 requests/s through NGINX. */
export const bench: Bench = {
  name: 'notes-loss',
  describe: 'notes at 100 requests/s while a zone falls silent and the database fails over: what is lost, what fails',
  async *run({ quick }) {
    const system = await benchSystem('notes', PORT, ['--time-scale', '1'])
    try {
      yield* under(system, 'zone of the primary stops', ZONE_WINDOW, quick ? 1 : RUNS, stopZone('primary'))
      yield* under(system, 'zone of the standby stops', ZONE_WINDOW, 1, stopZone('standby'))
      yield* under(system, 'database fails over', FAILOVER_WINDOW, quick ? 1 : RUNS, failOver)
    } finally {
      await system.stop()
    }
  },
}

/** Does the harm. @returns what mends it */
type Fault = (system: BenchSystem, status: Status) => Promise<() => Promise<void>>

const stopZone =
  (role: 'primary' | 'standby'): Fault =>
  async (system, status) => {
    const zone = zoneOf(status, role)
    await system.stopZone(zone)
    return () => system.startZone(zone)
  }

const failOver: Fault = async system => {
  const listed = await callAws(system.gateway, 'rds', { Action: 'DescribeDBInstances', Version: '2014-10-31' })
  const [, name = ''] = /<DBInstanceIdentifier>([^<]+)/.exec(listed) ?? []
  await callAws(system.gateway, 'rds', {
    Action: 'RebootDBInstance',
    Version: '2014-10-31',
    DBInstanceIdentifier: name,
    ForceFailover: 'true',
  })
  return async () => {}
}

async function* under(
  system: BenchSystem,
  name: string,
  window: number,
  runs: number,
  harm: Fault,
): AsyncGenerator<Figure> {
  const lost: number[] = []
  const last: number[] = []
  const gaps: number[] = []
  const failures: number[] = []
  for (let run = 0; run < runs; run++) {
    const status = await system.until('whole notes', isWhole)
    const { web = '' } = status.urls
    const prefix = `loss ${run} ${Math.round(performance.now())}`
    const reads = openLoad(READS, () => get(`${web}/api/notes?limit=20`))
    const writes = openWrites(web, prefix)
    await wait(2000)
    const began = performance.now()
    const mend = await harm(system, status)
    await wait((window + 5) * 1000)
    await Promise.all([reads.stop(), writes.stop()])
    const failed = [...reads.answers, ...writes.answers].filter(isFailure)
    failures.push(failed.length)
    last.push(Math.max(0, ...failed.map(({ at }) => (at - began) / 1000)))
    gaps.push(gapAfter(writes.acknowledged, began))
    const kept = await keptTitles(web, prefix)
    lost.push(writes.acknowledged.filter(({ title }) => !kept.has(title)).length)
    await mend()
  }
  const note = `${runs} runs; failed requests: ${failures.join(', ')}; longest gap of writes ${rounded(Math.max(...gaps))} s`
  yield { ...atMost(`${name}: acknowledged writes lost`, sum(lost), 0, 'writes'), note }
  yield atMost(`${name}: last failed request began after it, worst run`, rounded(Math.max(...last)), window, 's')
}

/** Adds notes at a constant rate; each has a title of its own. */
function openWrites(web: string, prefix: string) {
  const acknowledged: { title: string; at: number }[] = []
  const load = openLoad(WRITES, async number => {
    const title = `${prefix} ${number}`
    const answer = await get(`${web}/api/notes`, { method: 'POST', body: JSON.stringify({ title }), timeoutMs: 20_000 })
    if (answer.status === 201) acknowledged.push({ title, at: performance.now() })
    return answer
  })
  return { ...load, acknowledged }
}

const isFailure = ({ status }: Answer): boolean => status !== 200 && status !== 201

/** Every tier has what it wants, the tasks are healthy, and the database has both its members. */
const isWhole = ({ tiers, database, zones }: Status): boolean =>
  zones.every(({ state }) => state === 'running') &&
  tiers.every(({ desired, instances }) => instances.filter(isWell).length >= desired) &&
  database?.status === 'available' &&
  database.members.length === 2

const isWell = ({ health }: Status['tiers'][number]['instances'][number]): boolean =>
  health === 'healthy' || health === 'ok'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function atMost(figure: string, ours: number, limit: number, unit: string): Figure {
  const bar = `≤ ${limit} ${unit}`
  return { bench: 'notes-loss', figure, ours, peer: null, ratio: null, unit, bar, pass: ours <= limit }
}
