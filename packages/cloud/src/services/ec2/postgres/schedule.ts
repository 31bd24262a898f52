import { messageOf, type Stop } from '@terrace/kit'
import { type Recurrence, readCron, readRate } from '../../../calendar/expression.ts'
import { at } from '../../../scaling/long-timer.ts'
import type { World } from '../../../world.ts'
import type { Dumps } from './dumps.ts'

/**
 * When dumps are made: `rate(6 hours)`, the first one after that time, or `cron(0 3 * * ? *)` in UTC.
 *
 * @param from  when the timer is started
 * @throws Error that says what is wrong
 */
export function dumpTimes(schedule: string, from: number): Recurrence {
  const [, kind, inside = ''] = /^(rate|cron)\((.*)\)$/.exec(schedule) ?? []
  if (kind === undefined) throw new Error(`the schedule ${schedule} is neither rate(…) nor cron(…)`)
  return kind === 'rate' ? readRate(inside, from) : readCron(inside, 'UTC')
}

/** What a schedule of dumps works with. */
export interface DumpSchedule {
  readonly world: World
  /** `database of i-…`, for the journal. */
  readonly name: string
  readonly times: Recurrence
  readonly dumps: Dumps
  readonly passwordFile: string
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/** Makes dumps at their times; one that is still being made is not overtaken, as systemd does it. */
export function scheduleDumps({ world, name, times, dumps, passwordFile, note, signal }: DumpSchedule): void {
  const { clock } = world
  let stop: Stop = () => {}
  const arm = () => {
    const next = times.after(clock.now())
    if (next !== undefined && !signal.aborted) stop = at(clock, next, () => void make())
  }
  const make = async () => {
    try {
      const { url, bytes, removed } = await dumps.save(passwordFile)
      const gone = removed === 0 ? '' : `; ${removed} older ${removed === 1 ? 'dump was' : 'dumps were'} removed`
      note('ec2.backup', `${name} was saved to ${url} (${bytes} bytes)${gone}`)
    } catch (error) {
      if (!signal.aborted) note('ec2.backupFailed', `${name} was not saved: ${messageOf(error)}`)
    }
    arm()
  }
  signal.addEventListener('abort', () => stop(), { once: true })
  arm()
}
