// Plain JavaScript that any Node of the last years can read.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const NEEDED_MAJOR = 24

/** Whether this Node can run Terrace. */
export const isNodeNewEnough = () => Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR

/** The nearest path of that name in the folders above this file. */
export function findAbove(name) {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, name)
    if (existsSync(path)) return path
  }
  return undefined
}

/** Where compiled code is kept between runs; nothing when nothing is installed. */
export function compileCacheFolder() {
  const modules = findAbove('node_modules')
  return modules === undefined ? undefined : join(modules, '.cache/terrace')
}
