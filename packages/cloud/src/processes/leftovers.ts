import { type Clock, type Duration, milliseconds, seconds } from '@terrace/kit'
import { signalGroup } from './child.ts'
import { GUARDIAN_PATIENCE_SECONDS } from './guardian.ts'
import { type RecordedProcess, readRecord, removeRecord, stillRuns } from './record.ts'

/** What `endLeftovers` found and did. */
export type Leftover =
  | {
      readonly kind: 'ended'
      readonly name: string
      readonly pid: number
      /** Whether asking was enough. */
      readonly by: 'SIGTERM' | 'SIGKILL'
    }
  /** It could not be ended: it belongs to another user, or hangs in the system. */
  | { readonly kind: 'survived'; readonly name: string; readonly pid: number }
  /** The record can't be read, so that nobody knows what may still run; it is removed. One sentence for people. */
  | { readonly kind: 'corruptRecord'; readonly message: string }

/** How long Terrace itself, which drains its balancers and stops its databases, and each of its children may take. */
export interface LeftoverGraces {
  readonly owner: Duration
  readonly child: Duration
}

const GRACES: LeftoverGraces = { owner: seconds(30), child: seconds(10) }
const GUARDIAN_LIMIT = seconds(GUARDIAN_PATIENCE_SECONDS + 2)
const LOOK_AGAIN = milliseconds(20)

/** The Terrace that runs on this record, or nothing when it doesn't or the record can't be read. */
export function ownerOf(recordFile: string): RecordedProcess | undefined {
  const record = readRecord(recordFile)
  if (record.kind === 'corrupt') return undefined
  return record.processes.find(recorded => recorded.role === 'owner' && stillRuns(recorded))
}

/**
 * Ends what is left of an earlier run: first Terrace itself when it still runs, which stops the others in good order,
 * then whatever of them remains, with everything they started. Asks with SIGTERM, waits, and then insists with SIGKILL.
 * Never touches a process that merely has the id of one of them, nor the one that calls it. Removes the record.
 *
 * @param clock real time: processes don't live in any other
 */
export async function endLeftovers(
  recordFile: string,
  clock: Clock,
  graces: LeftoverGraces = GRACES,
): Promise<readonly Leftover[]> {
  const record = readRecord(recordFile)
  if (record.kind === 'corrupt') {
    removeRecord(recordFile)
    const message = `the record of running processes ${recordFile} can't be read (${record.because}), so nothing of an earlier run was ended; look for processes of it with ps`
    return [{ kind: 'corruptRecord', message }]
  }
  const others = record.processes.filter(({ pid }) => pid !== process.pid)
  const endAll = (processes: readonly RecordedProcess[], role: RecordedProcess['role'], grace: Duration) =>
    Promise.all(processes.filter(one => one.role === role).map(one => end(one, clock, grace)))

  const owners = await endAll(others, 'owner', graces.owner)
  // What the owner started or stopped meanwhile is written down, too.
  const now = readRecord(recordFile)
  const known = [...others, ...(now.kind === 'processes' ? now.processes : [])]
  const distinct = known.filter((one, index) => known.findIndex(({ pid }) => pid === one.pid) === index)
  const children = await endAll(distinct, 'child', graces.child)
  // It has nobody left to wait for; what a child left behind is its part.
  const guardians = distinct.filter(({ role, pid }) => role === 'guardian' && pid !== process.pid)
  await Promise.all(guardians.map(guardian => untilGone(guardian, clock, GUARDIAN_LIMIT)))
  await endAll(guardians, 'guardian', graces.child)
  removeRecord(recordFile)
  return [...owners, ...children].filter(leftover => leftover !== undefined)
}

async function end(recorded: RecordedProcess, clock: Clock, grace: Duration): Promise<Leftover | undefined> {
  if (!stillRuns(recorded)) return undefined
  const { name, pid, role } = recorded
  signalOne(pid, 'SIGTERM')
  // One that was halted by SIGSTOP could not act on it.
  signalOne(pid, 'SIGCONT')
  const obeyed = await untilGone(recorded, clock, grace)
  if (role !== 'owner') signalGroup(pid, 'SIGKILL')
  else if (!obeyed) signalOne(pid, 'SIGKILL')
  if (!(await untilGone(recorded, clock, grace))) return { kind: 'survived', name, pid }
  return { kind: 'ended', name, pid, by: obeyed ? 'SIGTERM' : 'SIGKILL' }
}

/** Waits until it is gone; there is no event for that, since it isn't a child of ours. @returns whether it is */
async function untilGone(recorded: RecordedProcess, clock: Clock, limit: Duration): Promise<boolean> {
  const end = clock.now() + limit
  while (stillRuns(recorded)) {
    if (clock.now() >= end) return false
    await clock.sleep(LOOK_AGAIN)
  }
  return true
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between, or not ours.
  }
}
