import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

const TERRACE = fileURLToPath(new URL('../../packages/cli/bin/terrace.js', import.meta.url))

/** A system that was started for its pictures. */
export interface PicturedSystem {
  readonly name: string
  /** Its entrance over TLS: `https://notes.localhost:4680`. */
  readonly address: string
  readonly gateway: string
  stop(): Promise<void>
}

/** Starts a system anew. @throws Error when it does not become ready */
export async function startPictured(name: string, port: number): Promise<PicturedSystem> {
  await terrace('down', name)
  const child = spawn(process.execPath, [TERRACE, 'up', name, '--json', '--port', String(port)], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve)
    child.once('exit', code => reject(new Error(`terrace up ${name} ended with ${code}`)))
  })
  const { urls } = JSON.parse(line) as { readonly urls: Readonly<Record<string, string>> }
  return {
    name,
    address: (urls.web ?? '').replace(/^http:/, 'https:'),
    gateway: urls.aws ?? '',
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGINT')
      await exited
    },
  }
}

/** Runs a command of `terrace` to its end. @returns what it said on both streams */
export async function terrace(...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [TERRACE, ...words], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', text => {
      said += text
    })
  }
  await once(child, 'close')
  return said
}
