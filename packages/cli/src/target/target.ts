import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CliErrors } from '../errors.ts'
import { projectAbove, stateFolderOf, systemsOf } from '../project.ts'
import { isName, nameOf } from './name.ts'

/** What the words after `terrace up` stand for. */
export interface Target {
  /** A CDK app has to be synthesized first; the other two are read as they are. */
  readonly kind: 'app' | 'assembly' | 'template'
  /** Absolute path of the app's or the assembly's directory, or of the template file. */
  readonly path: string
  readonly name: string
  /** Absolute path of the directory whose `.terrace` holds the state. */
  readonly project: string
  readonly stateFolder: string
}

/**
 * A system's name, else a path to a CDK app directory, a cloud assembly or a template file.
 *
 * @throws TerraceError CLI_UNKNOWN_TARGET or CLI_NOT_A_TARGET, which name the systems that there are
 */
export function resolveTarget(text: string, cwd: string): Target {
  const workspace = projectAbove(cwd)
  const known = workspace === undefined ? [] : systemsOf(workspace)
  if (workspace !== undefined && known.includes(text)) {
    return targetOf('app', join(workspace, 'systems', text), text, cwd)
  }

  const path = resolve(cwd, text)
  if (!existsSync(path)) {
    const system = isName(text) ? [`systems/${text} of ${workspace ?? 'a workspace (there is none here)'}`] : []
    throw CliErrors.unknownTarget(text, [...system, path], known)
  }
  if (!statSync(path).isDirectory()) return targetOf('template', path, nameOf(path), cwd)
  if (existsSync(join(path, 'cdk.json'))) return targetOf('app', path, nameOf(path), cwd)
  if (existsSync(join(path, 'manifest.json'))) return targetOf('assembly', path, nameOf(path), cwd)
  throw CliErrors.notATarget(path, known)
}

function targetOf(kind: Target['kind'], path: string, name: string, cwd: string): Target {
  const project = projectAbove(kind === 'template' ? dirname(path) : path) ?? projectAbove(cwd) ?? cwd
  return { kind, path, name, project, stateFolder: stateFolderOf(project, name) }
}
