#!/usr/bin/env node
// Plain JavaScript that any Node of the last years can read: it looks for the Node that Terrace needs, which npm has
// put beside Terrace itself, and hands over to it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24
const HANDED_OVER = 'TERRACE_HANDED_OVER'

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  const { main } = await import('../src/main.ts')
  await main()
} else {
  handOver()
}

function handOver() {
  const node = process.env[HANDED_OVER] === undefined ? nodeOfProject() : undefined
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

/** The `node` that npm put into the nearest `node_modules/.bin` above this file. */
function nodeOfProject() {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const node = join(folder, 'node_modules/.bin/node')
    if (existsSync(node)) return node
  }
  return undefined
}
