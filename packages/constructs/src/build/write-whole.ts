import { renameSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/**
 * Writes a file so that whoever reads it at the same time sees all of the old or all of the new. Until it is whole it
 * lies beside its folder, not in it.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const partial = `${dirname(file)}.${basename(file)}.${process.pid}`
  writeFileSync(partial, content)
  renameSync(partial, file)
}
