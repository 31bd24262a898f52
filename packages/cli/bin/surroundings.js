// Plain JavaScript that any Node of the last years can read.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

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

/** Compiled code is kept between runs, which halves the time until a command does something. */
export function keepCompiledCode() {
  // While modules load everything young survives, so V8 would make room for 50 MB of it and keep that for good. First
  // of all, since code that was compiled under other flags is refused.
  setFlagsFromString('--semi-space-growth-factor=1')
  const modules = findAbove('node_modules')
  if (modules !== undefined) nodeModule.enableCompileCache(join(modules, '.cache/terrace'))
}
