import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { MemberNumber } from './member.ts'

/** What must be known about a pair after a restart of everything. */
export interface PairRecord {
  /** Whose data counts. */
  readonly primary: MemberNumber
}

/** Reads which member was primary; the first when nothing was written down. */
export function readPairRecord(file: string): PairRecord {
  if (!existsSync(file)) return { primary: 1 }
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const primary = typeof read === 'object' && read !== null ? Reflect.get(read, 'primary') : undefined
  return { primary: primary === 2 ? 2 : 1 }
}

/** Written before a promoted member takes its first write. */
export async function writePairRecord(file: string, record: PairRecord): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}
