import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Instant } from '@terrace/kit'
import type { MemberNumber } from './member.ts'

/** What must be known about an instance after a restart of everything. */
export interface PairRecord {
  /** Whose data counts. */
  readonly primary: MemberNumber
  /** When its data was made. */
  readonly createdAt?: Instant
}

/** Reads which member was primary; the first when nothing was written down. */
export function readPairRecord(file: string): PairRecord {
  if (!existsSync(file)) return { primary: 1 }
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const member = (name: string): unknown =>
    typeof read === 'object' && read !== null ? Reflect.get(read, name) : undefined
  const createdAt = member('createdAt')
  return { primary: member('primary') === 2 ? 2 : 1, ...(typeof createdAt === 'number' ? { createdAt } : {}) }
}

/** Changes the record. Written before a promoted member takes its first write. */
export async function updatePairRecord(file: string, changes: Partial<PairRecord>): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const record: PairRecord = { ...readPairRecord(file), ...changes }
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}
