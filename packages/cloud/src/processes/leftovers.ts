import { type Clock, type Duration, milliseconds, seconds } from '@terrace/kit'
import { signalGroup } from './child.ts'
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
const LOOK_AGAIN = milliseconds(20)

/** The Terrace that runs on this record, or nothing when it doesn't or the record can't be read. */
export function ownerOf(recordFile: string): RecordedProcess | undefined {
  const record = readRecord(recordFile)
  if (record.kind === 'corrupt') return undefined
  return record.processes.find(recorded => recorded.owner && stillRuns(recorded))
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
  const owners = await Promise.all(
    others.filter(({ owner }) => owner).map(recorded => end(recorded, clock, graces.owner)),
  )
  // Its children are written down until they are gone: read again what the owner started or stopped meanwhile.
  const now = readRecord(recordFile)
  const remaining = now.kind === 'processes' ? now.processes : record.processes
  const children = await Promise.all(
    [...others, ...remaining]
      .filter(({ owner }) => !owner)
      .filter((one, index, all) => all.findIndex(({ pid }) => pid === one.pid) === index)
      .map(recorded => end(recorded, clock, graces.child)),
  )
  removeRecord(recordFile)
  return [...owners, ...children].filter(leftover => leftover !== undefined)
}

async function end(recorded: RecordedProcess, clock: Clock, grace: Duration): Promise<Leftover | undefined> {
  if (!stillRuns(recorded)) return undefined
  const { name, pid, owner } = recorded
  signalOne(pid, 'SIGTERM')
  // One that was halted by SIGSTOP could not act on it.
  signalOne(pid, 'SIGCONT')
  const patience = clock.now() + grace
  while (stillRuns(recorded) && clock.now() < patience) await clock.sleep(LOOK_AGAIN)
  const insisted = stillRuns(recorded)
  if (owner) {
    if (insisted) signalOne(pid, 'SIGKILL')
  } else {
    signalGroup(pid, 'SIGKILL')
  }
  const end = clock.now() + grace
  while (stillRuns(recorded) && clock.now() < end) await clock.sleep(LOOK_AGAIN)
  if (stillRuns(recorded)) return { kind: 'survived', name, pid }
  return { kind: 'ended', name, pid, by: insisted ? 'SIGKILL' : 'SIGTERM' }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between, or not ours.
  }
}
