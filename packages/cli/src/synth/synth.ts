import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ASSEMBLY_FOLDER } from '../project.ts'
import type { Target } from '../target/target.ts'
import { checkAssembly } from './assembly-check.ts'
import { contextOf, readCdkJson } from './cdk-json.ts'
import { hashInputs } from './inputs.ts'
import { runApp } from './run-app.ts'

/** Region and account of a synthesis that names none. Not those of the user: what runs here is nobody's account. */
const DEFAULT_REGION = 'us-east-1'
const DEFAULT_ACCOUNT = '123456789012'

/** Changes when the way of synthesizing changes, so that older results are not used. */
const METHOD = 1

/** Says which inputs the assembly beside it was made of; `incomplete` while it is being made, `failed` if that failed. */
const STAMP = 'terrace-inputs.json'

export interface Synthesis {
  /** Absolute path of the cloud assembly. */
  readonly directory: string
  /** Nothing had changed since the last time. */
  readonly cached: boolean
}

/**
 * The cloud assembly of a CDK app, synthesized only when something that goes into it has changed. Files of earlier
 * assets stay in its directory: unchanged ones are not built again, and a running system may still use old ones.
 *
 * @throws TerraceError of `SynthErrors`: always the app's fault, never ours
 */
export async function synthesize(
  target: Target,
  said: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Synthesis> {
  const { path: app, name, project, stateFolder } = target
  const cdkJson = readCdkJson(app)
  const context = contextOf(app, cdkJson, said)
  const directory = join(stateFolder, ASSEMBLY_FOLDER)
  const hash = hashInputs(app, project, { METHOD, context, node: process.version, arch: process.arch })

  const stamp = readStamp(directory)
  if (stamp === hash) return { directory, cached: true }
  // What an interrupted synthesis left may be half an asset, which CDK would take for a whole one.
  if (stamp === 'incomplete') rmSync(directory, { recursive: true, force: true })

  mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeStamp(directory, 'incomplete')
  rmSync(join(directory, 'manifest.json'), { force: true })
  const command = {
    name,
    directory: app,
    project,
    environment: {
      ...environment,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_DEFAULT_REGION: DEFAULT_REGION,
      CDK_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT,
    },
  }
  try {
    if (cdkJson.build !== undefined) await runApp({ ...command, command: cdkJson.build })
    await runApp({ ...command, command: cdkJson.app })
    checkAssembly(name, directory)
  } catch (error) {
    // It came to its end by itself, so that the assets are whole.
    writeStamp(directory, 'failed')
    throw error
  }
  writeStamp(directory, hash)
  return { directory, cached: false }
}

function readStamp(directory: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, STAMP), 'utf8')).hash
  } catch {
    // None, or one that can't be read: either way nothing is known about what lies here.
    return undefined
  }
}

const writeStamp = (directory: string, hash: string) =>
  writeFileSync(join(directory, STAMP), `${JSON.stringify({ hash })}\n`)
