import { existsSync, globSync, statSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import type { ImageCopy } from '@terrace/model'
import type { Instruction } from 'dockerfile-ast'
import { contentOf, flagsOf, hasHeredoc, wordsOf } from './instructions.ts'

/** What a `COPY` or `ADD` brings, and what of it can't be had here. */
export interface CopyResult {
  readonly copies: readonly ImageCopy[]
  readonly obstacles: readonly string[]
}

/** Where the sources of a copy are looked up. */
export interface CopySource {
  /** Paths here for a path in the source: the build context, or another stage. */
  readonly find: (path: string) => readonly string[]
  /** Such as `the build context`. */
  readonly name: string
  /** A stage installs its modules, so that they needn't be there. */
  readonly mayLackModules: boolean
}

const FLAGS = new Set(['from', 'chown', 'chmod', 'link'])
const ARCHIVE = /\.(?:tar|tgz|tbz2|txz)$|\.tar\.(?:gz|bz2|xz|zst)$/
const REMOTE = /^(?:https?:|git@|git:)/

/**
 * Follows one `COPY` or `ADD`.
 *
 * @param fill  puts variables in
 * @see "COPY" and "ADD" in the Dockerfile reference
 */
export function copyStep(
  instruction: Instruction,
  workingDirectory: string,
  source: CopySource,
  fill: (text: string) => string,
): CopyResult {
  if (hasHeredoc(instruction)) return only('files that the Dockerfile writes itself are not made here')
  const other = [...flagsOf(instruction).keys()].find(flag => !FLAGS.has(flag))
  if (other !== undefined) return only(`the flag --${other} is not understood`)
  const content = contentOf(instruction)
  const words = (wordsOf(content) ?? content.split(/\s+/)).map(fill)
  const target = words.at(-1)
  const sources = words.slice(0, -1)
  if (target === undefined || sources.length === 0) return only('it names no source or no target')
  const destination = posix.resolve(workingDirectory, target)
  const found = sources.map(path => ({ path, files: findAll(path, source) }))
  const isDirectory = target.endsWith('/') || /(^|\/)\.\.?$/.test(target) || destination === workingDirectory
  const many = isDirectory || found.flatMap(({ files }) => files).length > 1
  return {
    copies: found.flatMap(({ path, files }) =>
      isUnpacked(instruction, path) ? [] : files.map(file => copyOf(file, destination, many)),
    ),
    obstacles: found.flatMap(({ path, files }) => obstacleOf(instruction, path, files, source)),
  }
}

const only = (obstacle: string): CopyResult => ({ copies: [], obstacles: [obstacle] })

function findAll(path: string, source: CopySource): readonly string[] {
  if (REMOTE.test(path)) return []
  return source.find(path)
}

/** A directory's content goes into the target, a file beside others keeps its name. */
function copyOf(file: string, destination: string, many: boolean): ImageCopy {
  if (statSync(file).isDirectory()) return { source: file, target: destination }
  return { source: file, target: many ? posix.join(destination, basename(file)) : destination }
}

const isUnpacked = (instruction: Instruction, path: string) => instruction.getKeyword() === 'ADD' && ARCHIVE.test(path)

function obstacleOf(
  instruction: Instruction,
  path: string,
  files: readonly string[],
  source: CopySource,
): readonly string[] {
  if (REMOTE.test(path)) return [`${path} is not fetched here`]
  if (isUnpacked(instruction, path)) return [`the archive ${path} is not unpacked here`]
  if (files.length > 0) return []
  if (source.mayLackModules && basename(path) === 'node_modules') return []
  return [`there is no ${path} in ${source.name}`]
}

/** Files of the build context by a path or a pattern, which never lead out of it. */
export function inContext(directory: string, path: string): readonly string[] {
  const inside = posix.join('/', path).slice(1)
  const whole = join(directory, inside)
  if (existsSync(whole)) return [whole]
  if (!/[*?[]/.test(inside)) return []
  return globSync(inside, { cwd: directory })
    .toSorted()
    .map(name => join(directory, name))
}
