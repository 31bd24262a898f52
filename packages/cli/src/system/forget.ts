import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ASSEMBLY_FOLDER } from '../project.ts'
import type { System } from './find.ts'

const KEPT: ReadonlySet<string> = new Set([ASSEMBLY_FOLDER, 'snapshots'])

/**
 * Removes the state of a system that doesn't run. The synthesized assembly stays, because it holds nothing that the
 * system has learned, and takes seconds to make; so do the snapshots of databases, as on AWS.
 *
 * @returns whether there was anything
 */
export function forget({ stateFolder }: System): boolean {
  if (!existsSync(stateFolder)) return false
  const learned = readdirSync(stateFolder).filter(name => !KEPT.has(name))
  for (const name of learned) rmSync(join(stateFolder, name), { recursive: true, force: true })
  return learned.length > 0
}
