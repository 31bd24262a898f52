#!/usr/bin/env node
// Plain JavaScript that any Node of the last years can read: it looks for the Node that Terrace needs, which npm has
// put beside Terrace itself, and hands over to it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const NEEDED_MAJOR = 24
const HANDED_OVER = 'TERRACE_HANDED_OVER'

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  // Compiled code is kept between runs, which halves the time until a command does something.
  const modules = findAbove('node_modules')
  if (modules !== undefined) nodeModule.enableCompileCache(join(modules, '.cache/terrace'))
  // While modules load everything young survives, so V8 would make room for 50 MB of it and keep that for good.
  setFlagsFromString('--semi-space-growth-factor=1')
  const { main } = await import('../src/main.ts')
  await main()
} else {
  handOver()
}

function handOver() {
  // The Node that npm put into the nearest `node_modules/.bin`.
  const node = process.env[HANDED_OVER] === undefined ? findAbove('node_modules/.bin/node') : undefined
  if (node === undefined) {
    process.stderr.write(
      `terrace needs Node ${NEEDED_MAJOR} or newer, and this is ${process.version} (${process.execPath})\n` +
        `  npm brings the right one on Linux: run npm ci in the project; elsewhere install Node ${NEEDED_MAJOR}\n`,
    )
    process.exitCode = 2
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [HANDED_OVER]: '1' },
  })
  // A terminal sends Ctrl-C to both; what is sent to this process alone has to be passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`could not start ${node}: ${error.message}\n`)
    process.exitCode = 70
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal]
  })
}

/** The nearest path of that name in the folders above this file. */
function findAbove(name) {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, name)
    if (existsSync(path)) return path
  }
  return undefined
}
