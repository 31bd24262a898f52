import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The project a folder belongs to: the outermost directory above it with a package.json, so that a workspace is found
 * from inside one of its packages.
 */
export function projectAbove(folder: string): string | undefined {
  let outermost: string | undefined
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, 'package.json'))) outermost = here
    if (here === dirname(here)) return outermost
  }
}

/** Where the state of a system lives: `.terrace/<name>` of the project. */
export const stateFolderOf = (project: string, name: string): string => join(project, '.terrace', name)

/** The synthesized assembly of a CDK app, kept between runs and by `terrace reset`. */
export const ASSEMBLY_FOLDER = 'assembly'

/** What a detached system writes on standard error. */
export const logFileOf = (stateFolder: string): string => join(stateFolder, 'terrace.log')

/** Every process that a run started, for those who come after one that was killed. */
export const processRecordOf = (stateFolder: string): string => join(stateFolder, 'processes.json')

/** The names under `systems/` of a project that are CDK apps, in alphabetical order. */
export function systemsOf(project: string): readonly string[] {
  return foldersIn(join(project, 'systems')).filter(name => existsSync(join(project, 'systems', name, 'cdk.json')))
}

/** The names that have state in a project, in alphabetical order. */
export const namesWithState = (project: string): readonly string[] => foldersIn(join(project, '.terrace'))

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}
