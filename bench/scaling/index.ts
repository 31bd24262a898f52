import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Cloud, startCloud } from '@terrace/cloud'
import { load } from '@terrace/loader'
import type { Bench, Figure } from '../figure.ts'

const INSTANCES = 100

/** Until the starts have left the figures: first health checks, first metrics. */
const SETTLING_SECONDS = 60

/** Long enough for what happens once a minute. */
const SECONDS = 65

const BAR = 5

/** Processor time of a while, in percent of one core. */
interface Shares {
  /** The thread that everything but data planes and relays runs in. */
  readonly controlPlane: number
  /** The whole process: with it the balancer's thread, which asks a hundred targets how they are. */
  readonly process: number
}

/** A system of a hundred instances in one group, each with an NGINX of its own, that only keeps its size. */
export const bench: Bench = {
  name: 'scaling',
  describe: 'CPU of the control plane with 100 instances, each with a process, in one group that is at rest',
  async *run({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-scaling-'))
    const architecture = await load({ kind: 'template', file: join(import.meta.dirname, 'system.yaml') })
    const ports = { public: 0, http: 0, gateway: 0 }
    const cloud = await startCloud({ architecture, stateFolder: folder, ports, embedded: 'allowed' })
    try {
      await cloud.ready()
      await wait((quick ? 1 : SETTLING_SECONDS) * 1000)
      const before = await processesOf(cloud)
      const shares = await measured((quick ? 5 : SECONDS) * 1000)
      const after = await processesOf(cloud)
      // A figure of a group that was not at rest, or lost a process meanwhile, is none.
      const steady = before.length === INSTANCES && before.join() === after.join()
      yield figure('control plane', shares.controlPlane, steady && shares.controlPlane <= BAR, `≤ ${BAR} % of one core`)
      const note = 'for comparison: with the balancer’s thread and its health checks, every 5 s from each of two zones'
      yield figure('whole process of the cloud', shares.process, true, 'none', note)
    } finally {
      await cloud.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

function figure(what: string, share: number, pass: boolean, bar: string, note?: string): Figure {
  return {
    bench: 'scaling',
    figure: `CPU of the ${what} with ${INSTANCES} instances at rest, each an NGINX`,
    ours: Math.round(share * 100) / 100,
    peer: null,
    ratio: null,
    unit: '% of one core',
    bar,
    pass,
    ...(note === undefined ? {} : { note }),
  }
}

async function measured(milliseconds: number): Promise<Shares> {
  const all = process.cpuUsage()
  const own = process.threadCpuUsage()
  const began = performance.now()
  await wait(milliseconds)
  const elapsed = performance.now() - began
  const percent = ({ user, system }: NodeJS.CpuUsage) => ((user + system) / 1000 / elapsed) * 100
  return { controlPlane: percent(process.threadCpuUsage(own)), process: percent(process.cpuUsage(all)) }
}

/** The process ids of all instances that are healthy. */
async function processesOf(cloud: Cloud): Promise<readonly number[]> {
  const { tiers } = await cloud.status()
  const healthy = tiers.flatMap(({ instances }) => instances).filter(({ health }) => health === 'healthy')
  return healthy.flatMap(({ processes }) => processes.map(({ pid }) => pid)).sort((a, b) => a - b)
}
