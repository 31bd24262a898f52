import { existsSync } from 'node:fs'
import { controlFile } from '@terrace/control'
import { CliErrors } from '../errors.ts'
import { namesWithState, projectAbove, stateFolderOf } from '../project.ts'
import { isName } from '../target/name.ts'
import { resolveTarget } from '../target/target.ts'

/** A system that was started at some time, running or not. */
export interface System {
  readonly name: string
  readonly stateFolder: string
}

/** The systems of the project that run, or ran until they were killed: they have a control record. */
export function runningSystems(cwd: string): readonly System[] {
  const project = projectOf(cwd)
  return namesWithState(project)
    .map(name => ({ name, stateFolder: stateFolderOf(project, name) }))
    .filter(({ stateFolder }) => existsSync(controlFile(stateFolder)))
}

/**
 * The system that a command is about: the one named (by name, or by the path of its target), else the only one that
 * runs.
 *
 * @returns nothing when no name was given and none runs
 * @throws TerraceError CLI_SEVERAL_RUNNING, CLI_BAD_NAME
 */
export function findSystem(name: string | undefined, cwd: string, command: string): System | undefined {
  if (name === undefined) {
    const running = runningSystems(cwd)
    if (running.length <= 1) return running[0]
    const names = running.map(system => system.name)
    throw CliErrors.severalRunning(names, command)
  }
  if (isName(name)) return { name, stateFolder: stateFolderOf(projectOf(cwd), name) }
  // A name of a system can't look like a path, and a path can't look like a name of a system.
  if (!/[\\/.]/.test(name)) throw CliErrors.badName(name)
  const target = resolveTarget(name, cwd)
  return { name: target.name, stateFolder: target.stateFolder }
}

/** The same, where there has to be one. @throws TerraceError CLI_NONE_RUNNING as well */
export function requireSystem(name: string | undefined, cwd: string, command: string): System {
  const system = findSystem(name, cwd, command)
  if (system) return system
  throw CliErrors.noneRunning(projectOf(cwd))
}

/** The project of the current directory, the directory itself when it belongs to none. */
export const projectOf = (cwd: string): string => projectAbove(cwd) ?? cwd
