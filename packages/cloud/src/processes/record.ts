import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { errnoOf, messageOf } from '@terrace/kit'
import { startTimeOf } from './process-table.ts'

/** One process that a run of Terrace started, or Terrace itself. */
export interface RecordedProcess {
  readonly name: string
  readonly pid: number
  /** See `startTimeOf`: tells it from a later process that was given the same id. */
  readonly started: string
  /**
   * The owner is Terrace itself, which ends the others; the guardian ends by itself after the owner. Children lead their
   * own process groups.
   */
  readonly role: 'owner' | 'guardian' | 'child'
}

/** What a record file says. */
export type ProcessRecord =
  | { readonly kind: 'processes'; readonly processes: readonly RecordedProcess[] }
  | { readonly kind: 'corrupt'; readonly because: string }

/** Reads a record file; one that isn't there names nobody. */
export function readRecord(file: string): ProcessRecord {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (Array.isArray(content) && content.every(isRecorded)) return { kind: 'processes', processes: content }
    return { kind: 'corrupt', because: 'it is not a list of processes' }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { kind: 'processes', processes: [] }
    return { kind: 'corrupt', because: messageOf(error) }
  }
}

/** Replaces a record file. Synchronous and in one step, so that a `kill -9` at any moment leaves a whole record. */
export function writeRecord(file: string, processes: readonly RecordedProcess[]): void {
  const next = `${file}.next`
  writeFileSync(next, `${JSON.stringify(processes, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(next, file)
}

/** Forgets it; nothing happens when it isn't there. */
export const removeRecord = (file: string): void => rmSync(file, { force: true })

/** Whether that very process still runs, not merely one with its id. */
export const stillRuns = (recorded: RecordedProcess): boolean => startTimeOf(recorded.pid) === recorded.started

const ROLES: readonly unknown[] = ['owner', 'guardian', 'child'] satisfies RecordedProcess['role'][]

function isRecorded(value: unknown): value is RecordedProcess {
  if (typeof value !== 'object' || value === null) return false
  const { name, pid, started, role } = value as { [field in keyof RecordedProcess]?: unknown }
  const isId = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1
  return isId && typeof name === 'string' && typeof started === 'string' && ROLES.includes(role)
}
