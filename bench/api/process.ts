import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server under load, on a port of this machine. */
export interface Served {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts a program and waits until a line of its output tells the port.
 *
 * @param port  the port in a line, when it is in it
 * @throws Error with what the program said, when it ends before that
 */
export async function serve(
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>>,
  port: (line: string) => string | undefined,
): Promise<Served> {
  const [program, ...parameters] = command
  const child = spawn(program, parameters, { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => end(child)
  process.once('exit', () => child.kill('SIGKILL'))
  const found = await firstPort(child, port)
  return { url: `http://127.0.0.1:${found}`, stop }
}

/** Whether a program with these parameters ends well, such as `python3 -c 'import flask'`. */
export const works = (program: string, ...parameters: readonly string[]): boolean =>
  spawnSync(program, parameters, { stdio: 'ignore' }).status === 0

function firstPort(child: ChildProcess, port: (line: string) => string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface(stream).on('line', line => {
        if (said.length < 50) said.push(line)
        const found = port(line)
        if (found) resolve(found)
      })
    }
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${child.spawnfile} ended before it listened:\n${said.join('\n')}`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
