import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Folders that hold results, not sources. */
const NOT_SOURCES = new Set(['node_modules', 'dist', 'cdk.out', '.terrace', '.build'])

/** One hash over the names and contents of files and folders, in a fixed order, without build results. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) add(hash, path, basename(path))
  return hash.digest('hex')
}

function add(hash: Hash, path: string, name: string): void {
  if (!statSync(path).isDirectory()) {
    const content = readFileSync(path)
    hash.update(`${name}\0${content.length}\0`).update(content)
    return
  }
  for (const entry of readdirSync(path).sort()) {
    if (!NOT_SOURCES.has(entry)) add(hash, join(path, entry), `${name}/${entry}`)
  }
}
