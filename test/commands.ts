import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url))

const TERRACE = fileURLToPath(new URL('../packages/cli/bin/terrace.js', import.meta.url))

/** How a program ended, and what it said. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly errors: string
}

/** Runs `terrace` to its end. */
export function terrace(words: readonly string[], cwd = PROJECT): Promise<Outcome> {
  return finished(spawn(process.execPath, [TERRACE, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Starts `terrace` and leaves it running. */
export const startTerrace = (words: readonly string[], cwd = PROJECT): ChildProcess =>
  spawn(process.execPath, [TERRACE, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })

/** Runs any other program to its end. */
export function run(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return finished(spawn(command, words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Whether a program is on this machine. */
export const isInstalled = (command: string): boolean => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

export async function finished(child: ChildProcess): Promise<Outcome> {
  let out = ''
  let errors = ''
  child.stdout?.on('data', chunk => {
    out += chunk
  })
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', status => resolve(status ?? -1))
  })
  return { code, out, errors }
}
