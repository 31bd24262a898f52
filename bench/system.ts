import { setTimeout as wait } from 'node:timers/promises'
import { connect, type Status } from '@terrace/control'
import { start, terrace } from './running.ts'

/** A running system, with what a bench does to it. */
export interface BenchSystem {
  readonly api: string
  readonly gateway: string
  status(): Promise<Status>
  stopZone(zone: string): Promise<void>
  startZone(zone: string): Promise<void>
  /** Polls until the status is as wanted. @throws after two minutes, with what is missing */
  until(wanted: string, passes: (status: Status) => boolean): Promise<Status>
  stop(): Promise<void>
}

/** Starts a system anew. @param more  options of `terrace up` */
export async function benchSystem(name: string, port: number, more: readonly string[] = []): Promise<BenchSystem> {
  await terrace('down', name)
  const running = await start(name, port, more)
  const { stateFolder } = JSON.parse(await terrace('status', name, '--json')) as Status
  const control = connect(stateFolder)
  return {
    api: running.ready.urls.api ?? '',
    gateway: running.ready.urls.aws ?? '',
    status: () => control.status(),
    stopZone: zone => control.stopZone(zone),
    startZone: zone => control.startZone(zone),
    async until(wanted, passes) {
      const deadline = performance.now() + 120_000
      for (;;) {
        const status = await control.status()
        if (passes(status)) return status
        if (performance.now() > deadline) throw new Error(`two minutes without ${wanted}: ${JSON.stringify(status)}`)
        await wait(200)
      }
    },
    stop: () => running.stop(),
  }
}

/** Two healthy instances in service, one a zone, and a database with both its members. */
export const isWhole = ({ tiers, database }: Status): boolean =>
  tiers.every(({ desired, instances }) => {
    const good = instances.filter(({ state, health }) => state === 'InService' && health === 'healthy')
    return good.length === desired && new Set(good.map(({ zone }) => zone)).size === Math.min(2, desired)
  }) &&
  database?.status === 'available' &&
  database.members.length === 2

/** The zone of a member of the database. */
export const zoneOf = ({ database }: Status, role: 'primary' | 'standby'): string =>
  database?.members.find(member => member.role === role)?.zone ?? ''
