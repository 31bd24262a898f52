import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * Where programs live that are often missing from an ordinary user's `PATH`: Debian keeps `mariadbd` and `nginx` in
 * `/usr/sbin`, Homebrew keeps its own in `/opt/homebrew` or `/usr/local`, also under `opt/<formula>`.
 */
const USUAL_FOLDERS: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/libexec/mysqld',
]

/** Looks for a program in a `PATH` only. @returns its absolute path */
export function findInPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => isAbsolute(folder))
    .map(folder => join(folder, name))
    .find(isExecutable)
}

/**
 * Looks for the first of several names of one program, in `PATH` and then in the usual folders.
 *
 * @param names in order of preference: `mariadbd` before `mysqld`; absolute paths are taken as they are
 * @param path a `PATH`, by default this process's
 * @returns its absolute path
 */
export function findProgram(names: readonly string[], path = process.env.PATH ?? ''): string | undefined {
  for (const name of names) {
    if (isAbsolute(name)) {
      if (isExecutable(name)) return name
      continue
    }
    const found = findInPath(name, [path, ...USUAL_FOLDERS].join(delimiter))
    if (found) return found
  }
  return undefined
}

/** Whether it is a file that this user may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
