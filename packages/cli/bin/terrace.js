#!/usr/bin/env node
// Plain JavaScript that any Node of the last years can read: it looks for the Node that Terrace needs, which npm has
// put beside Terrace itself, and hands over to it.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findAbove, isNodeNewEnough, keepCompiledCode, NEEDED_MAJOR } from './surroundings.js'

const HANDED_OVER = 'TERRACE_HANDED_OVER'

if (isNodeNewEnough()) {
  keepCompiledCode()
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
