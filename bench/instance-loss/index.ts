import { setTimeout as wait } from 'node:timers/promises'
import { callAws } from '../aws.ts'
import type { Bench } from '../figure.ts'
import { openLoad } from '../load.ts'
import { get, rounded, start, terrace } from '../running.ts'

const PORT = 4580
const RATE = 200

/** The health check of the library's target group, seconds. */
const INTERVAL = 5
const THRESHOLD = 2
const TIMEOUT = 2

/** One of two instances dies, and one is taken out gracefully, at 200 requests a second. */
export const bench: Bench = {
  name: 'instance-loss',
  describe: 'one of two library instances dies at 200 requests/s: which requests fail, and for how long',
  async *run({ quick }) {
    await terrace('down', 'library')
    const system = await start('library', PORT)
    try {
      const url = `${system.ready.urls.api}/books/`
      const window = INTERVAL * THRESHOLD + TIMEOUT + 1
      const [victim] = await instances()
      const killing = openLoad(RATE, () => get(url))
      await wait(2000)
      const killedAt = performance.now()
      for (const { pid } of victim?.processes ?? []) process.kill(pid, 'SIGKILL')
      await wait(quick ? 16_000 : 25_000)
      const backAfter = await untilTwo(killedAt)
      await killing.stop()
      const { answers } = killing
      const failed = answers.filter(answer => answer.status !== 200)
      const late = failed.filter(answer => answer.at > killedAt + window * 1000)
      const last = Math.max(0, ...failed.map(answer => (answer.at - killedAt) / 1000))
      yield figure(
        'failed requests that began later than interval × threshold + time-out + 1 s after the kill',
        late.length,
        0,
        'requests',
      )
      yield figure('failures other than 502', failed.filter(answer => answer.status !== 502).length, 0, 'requests')
      yield {
        ...figure('last failed request began after the kill', rounded(last), window, 's'),
        note: `${failed.length} of ${answers.length} requests failed`,
      }
      const after = await instances()
      yield {
        ...figure('instances in service and healthy afterwards', after.length, 2, 'instances'),
        bar: '= 2',
        pass: after.length === 2,
        note: `seen at the latest ${rounded(backAfter, 0)} s after the kill`,
      }

      const graceful = openLoad(RATE, () => get(url))
      await wait(1000)
      await callAws(system.ready.urls.aws ?? '', 'autoscaling', {
        Action: 'TerminateInstanceInAutoScalingGroup',
        Version: '2011-01-01',
        ShouldDecrementDesiredCapacity: 'false',
        InstanceId: after[0]?.id ?? '',
      })
      await wait(8000)
      await graceful.stop()
      yield figure(
        'requests failed while an instance was taken out gracefully',
        graceful.answers.filter(answer => answer.status !== 200).length,
        0,
        'requests',
      )
    } finally {
      await system.stop()
    }
  },
}

function figure(text: string, value: number, limit: number, unit: string) {
  return {
    bench: 'instance-loss',
    figure: text,
    ours: value,
    peer: null,
    ratio: null,
    unit,
    bar: `≤ ${limit} ${unit}`,
    pass: value <= limit,
  }
}

/** Waits until capacity is back, a minute at most. @returns seconds since the kill, as it was seen */
async function untilTwo(killedAt: number): Promise<number> {
  const since = () => (performance.now() - killedAt) / 1000
  while ((await instances()).length < 2 && since() < 60) await wait(200)
  return since()
}

interface Instance {
  readonly id: string
  readonly state: string
  readonly health: string
  readonly processes: readonly { readonly pid: number }[]
}

async function instances(): Promise<Instance[]> {
  const status = JSON.parse(await terrace('status', 'library', '--json'))
  return status.tiers[0].instances.filter((one: Instance) => one.state === 'InService' && one.health === 'healthy')
}
