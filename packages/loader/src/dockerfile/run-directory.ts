import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { ImageCopy } from '@terrace/model'

/**
 * The directory here that stands for a directory of an image: of all copies that reach it, or into it, each says where it
 * would be.
 *
 * @returns nothing when they don't agree, or when there is none
 */
export function runDirectoryOf(
  copies: readonly ImageCopy[],
  workingDirectory: string,
): { readonly directory?: string; readonly isSplit: boolean } {
  const candidates = new Set(copies.flatMap(copy => candidate(copy, workingDirectory)))
  const [directory] = candidates
  if (candidates.size !== 1 || directory === undefined) return { isSplit: candidates.size > 1 }
  return { directory, isSplit: false }
}

function candidate({ source, target }: ImageCopy, workingDirectory: string): readonly string[] {
  const below = relativeTo(target, workingDirectory)
  if (below !== undefined) {
    const directory = join(source, below)
    return existsSync(directory) ? [directory] : []
  }
  const above = relativeTo(workingDirectory, target)
  if (above === undefined) return []
  // A file or directory that has another name here has its place in no directory of this machine.
  return source.endsWith(`/${above}`) ? [source.slice(0, -above.length - 1)] : [source]
}

/** What is left of a path below a directory; empty when it is the directory. */
function relativeTo(directory: string, path: string): string | undefined {
  const left = posix.relative(directory, path)
  return left === '..' || left.startsWith('../') ? undefined : left
}
