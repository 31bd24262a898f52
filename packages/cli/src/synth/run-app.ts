import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { SynthErrors } from '../errors.ts'

/** How much of what an app writes is shown when it fails, in characters: the end tells most. */
const SHOWN_OUTPUT = 16_000

/** One shell command of a CDK app. */
export interface AppCommand {
  readonly name: string
  readonly command: string
  readonly directory: string
  readonly project: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Runs it on the Node that runs us, whatever `node` the shell would find.
 *
 * @throws TerraceError SYNTH_FAILED with what it wrote
 */
export async function runApp({ name, command, directory, project, environment }: AppCommand): Promise<void> {
  const path = [dirname(process.execPath), join(directory, 'node_modules/.bin'), join(project, 'node_modules/.bin')]
  const child = spawn(command, {
    shell: true,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...compileCache(project),
      ...environment,
      PATH: [...path, environment.PATH ?? ''].join(delimiter),
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      output = (output + chunk).slice(-SHOWN_OUTPUT)
    })
  }
  const how = await new Promise<string | undefined>(resolve => {
    child.once('error', error => resolve(`could not be started (${error.message})`))
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else resolve(signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`)
    })
  })
  if (how !== undefined) throw SynthErrors.failed(name, how, output.trim())
}

/** Keeps compiled code between runs: aws-cdk-lib is large, and this saves a fifth of a synthesis. */
function compileCache(project: string): { readonly NODE_COMPILE_CACHE?: string } {
  const modules = join(project, 'node_modules')
  return existsSync(modules) ? { NODE_COMPILE_CACHE: join(modules, '.cache/terrace') } : {}
}
