import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Clock, type Instant, seconds } from '@terrace/kit'

/** What the processes of one group have used. */
export interface GroupUsage {
  /** Processor time since they started, in user and kernel mode, with that of children that have ended. */
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** The use of process groups at one moment, by the id of the group. */
export interface UsageSnapshot {
  readonly at: Instant
  readonly groups: ReadonlyMap<number, GroupUsage>
}

/** What was used between two snapshots. */
export interface Usage {
  readonly cpuSeconds: number
  /** Between the snapshots; 0 at the first one. */
  readonly elapsedSeconds: number
  /** At the second one. */
  readonly residentBytes: number
}

/** Linux counts processor time in hundredths of a second towards programs, whatever its own ticks are. */
const TICKS_PER_SECOND = 100

/**
 * Measures process groups, all in one pass over the process table: from `/proc` on Linux (proc(5)), elsewhere with `ps`.
 *
 * @param clock  the machine's own: processes live in no other
 */
export async function takeUsage(groups: ReadonlySet<number>, clock: Clock): Promise<UsageSnapshot> {
  const measured = groups.size === 0 ? [] : await (process.platform === 'linux' ? fromProc() : fromPs())
  const sums = new Map<number, GroupUsage>()
  const byPid = new Map(measured.map(each => [each.pid, each]))
  for (const each of measured) {
    const group = ownerOf(each, byPid, groups)
    if (group === undefined) continue
    const { cpuSeconds, residentBytes } = each
    const sum = sums.get(group) ?? { cpuSeconds: 0, residentBytes: 0 }
    sums.set(group, {
      cpuSeconds: sum.cpuSeconds + cpuSeconds,
      residentBytes: sum.residentBytes + residentBytes,
    })
  }
  return { at: clock.now(), groups: sums }
}

/**
 * What the processes of one host use over time. Groups may come and go between two snapshots; what a group had used
 * when it ended after the last one is lost.
 */
export class UsageMeter {
  #last: UsageSnapshot | undefined

  /** @param pids  the groups that belong to the host */
  take(snapshot: UsageSnapshot, pids: readonly number[]): Usage {
    const last = this.#last
    this.#last = snapshot
    let cpuSeconds = 0
    let residentBytes = 0
    for (const pid of pids) {
      const now = snapshot.groups.get(pid)
      if (!now) continue
      cpuSeconds += Math.max(0, now.cpuSeconds - (last?.groups.get(pid)?.cpuSeconds ?? 0))
      residentBytes += now.residentBytes
    }
    return { cpuSeconds, elapsedSeconds: last ? (snapshot.at - last.at) / seconds(1) : 0, residentBytes }
  }
}

interface Measured extends GroupUsage {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

/** The group that a process counts for: its own, or that of whoever started it; PostgreSQL's servers lead groups of their own. */
function ownerOf(
  each: Measured,
  byPid: ReadonlyMap<number, Measured>,
  groups: ReadonlySet<number>,
): number | undefined {
  for (let at: Measured | undefined = each; at; at = byPid.get(at.parent)) {
    if (groups.has(at.group)) return at.group
  }
  return undefined
}

async function fromProc(): Promise<readonly Measured[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const pageBytes = 4096
  const measured = await Promise.all(
    pids.map(async (pid): Promise<Measured | undefined> => {
      try {
        const text = await readFile(`/proc/${pid}/stat`, 'utf8')
        // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
        const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0)
        return {
          pid: Number(pid),
          parent: Number(fields[1]),
          group: Number(fields[2]),
          cpuSeconds: ticks / TICKS_PER_SECOND,
          residentBytes: Number(fields[21] ?? 0) * pageBytes,
        }
      } catch {
        return undefined
      }
    }),
  )
  return measured.flatMap(each => each ?? [])
}

async function fromPs(): Promise<readonly Measured[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,time=,rss='])
  return readPs(stdout)
}

/** Reads what `ps -o pid=,ppid=,pgid=,time=,rss=` prints: `  501  1  501   1:02.50  4096`. */
export function readPs(text: string): readonly Measured[] {
  return text.split('\n').flatMap(line => {
    const [pid, parent, group, time, kibibytes] = line.trim().split(/\s+/)
    if (time === undefined) return []
    const ids = { pid: Number(pid), parent: Number(parent), group: Number(group) }
    return [{ ...ids, cpuSeconds: secondsOf(time), residentBytes: Number(kibibytes) * 1024 }]
  })
}

// `[[dd-]hh:]mm:ss[.cc]`
function secondsOf(time: string): number {
  const [days, rest] = time.includes('-') ? time.split('-') : ['0', time]
  const inDay = (rest ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Number(days) * 86_400 + inDay
}
