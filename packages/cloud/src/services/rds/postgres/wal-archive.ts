import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Changes } from '../member.ts'

/** A log file's name without its timeline: `00000001000000000000002A` is the 2A-th. */
const placeOf = (name: string): string => name.slice(8, 24)

const SEGMENT = /^[0-9A-F]{24}(\.[0-9A-F]{8}\.backup|\.partial)?\.gz$/

const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** `%` begins a placeholder in the commands of PostgreSQL. */
const path = (...parts: readonly string[]): string => shellWord(join(...parts).replaceAll('%', '%%'))

/**
 * Puts a closed log file into the archive, unless the other member did: both hand on what they have, so that nothing is
 * missing when one is lost. What is not written yet is zeros, of which a compressed file has next to nothing.
 *
 * @see https://www.postgresql.org/docs/current/continuous-archiving.html
 */
export const archiveCommand = (archive: string, member: number): string => {
  const folder = path(archive)
  const unfinished = `${folder}/%f.m${member}`
  return `test -f ${folder}/%f.gz || { mkdir -p -m 700 ${folder} && gzip -nc < %p > ${unfinished} && mv ${unfinished} ${folder}/%f.gz; }`
}

/** Settings of a recovery from an archive, up to a moment or a position; its end makes the server a primary. */
export function recoverySettings({ archive, until }: Changes): Readonly<Record<string, string>> {
  return {
    restore_command: `gzip -dc < ${path(archive)}/%f.gz > %p`,
    recovery_target_action: 'promote',
    ...('at' in until
      ? { recovery_target_time: new Date(until.at).toISOString().replace('T', ' ').replace('Z', '+00') }
      : { recovery_target_lsn: until.position }),
  }
}

/** Whether a log file is in the archive. */
export const isArchived = (archive: string, segment: string): boolean => existsSync(join(archive, `${segment}.gz`))

/** Removes what a base backup, and later ones, need no more. */
export async function trimWal(archive: string, backup: string): Promise<void> {
  if (!existsSync(archive)) return
  const label = await readFile(join(backup, 'base', 'backup_label'), 'utf8')
  const first = /^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)/m.exec(label)?.[1]
  if (first === undefined) return
  for (const name of await readdir(archive)) {
    if (SEGMENT.test(name) && placeOf(name) < placeOf(first)) await rm(join(archive, name), { force: true })
  }
}
