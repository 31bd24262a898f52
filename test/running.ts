import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localParameters } from '@terrace/cli'
import { type Cloud, startCloud } from '@terrace/cloud'
import { load } from '@terrace/loader'
import type { Architecture } from '@terrace/model'
import { PROJECT, terrace } from './commands.ts'
import { freePorts } from './http.ts'
import { withTimeToLaunch } from './launches.ts'

/** A system that runs in the process of the test. */
export interface Running extends AsyncDisposable {
  readonly cloud: Cloud
  /** Where its pages are. */
  readonly site: string
  readonly api: string
  readonly stateFolder: string
  readonly architecture: Architecture
  /** How many times as fast its control loops run. */
  readonly timeScale: number
  /** Stops it; with `keep` its state stays for the next start. */
  stop(options?: { keep: boolean }): Promise<void>
}

export interface RunOptions {
  /** CDK context, such as `variant`. */
  readonly context?: Readonly<Record<string, string>>
  readonly embedded?: 'allowed' | 'forced' | 'never'
  /** How many times as fast the control loops run. */
  readonly timeScale?: number
  /** A state folder to go on with; default: a new one. */
  readonly stateFolder?: string
  /** Changes the model before it runs. */
  readonly change?: (architecture: Architecture) => Architecture
  /** Default: until every target is healthy. */
  readonly wait?: boolean
}

/** One after the other: two variants of a target have their assemblies in one folder. */
let last: Promise<unknown> = Promise.resolve()
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work)
  last = mine.catch(() => {})
  return mine
}

/** The cloud assembly of a target, synthesized when something in it has changed. Of one variant at a time. */
export async function assemblyOf(target: string, context: RunOptions['context'] = {}): Promise<string> {
  const pairs = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`])
  const { code, errors } = await terrace(['synth', target, ...pairs])
  if (code !== 0) throw new Error(errors)
  return join(PROJECT, '.terrace', target, 'assembly')
}

/**
 * What moves the number of instances and tasks by itself: how busy they are, and what o'clock it is. On a fast clock both
 * would decide within seconds, and by how busy the machine is.
 */
const MOVERS: ReadonlySet<string> = new Set(['applicationScalingPolicy', 'scalingPolicy', 'scheduledAction'])

/**
 * The model of a target as `terrace up` would load it, but for what depends on the pace of the machine: the size of its
 * tiers is what a test makes it, and a launch has its time at any scale. Tests that run at the same time may ask for several.
 */
export const modelOf = (
  target: string,
  port: number,
  { context = {}, timeScale = 1 }: Pick<RunOptions, 'context' | 'timeScale'> = {},
): Promise<Architecture> =>
  inTurn(async () => {
    const source = { kind: 'assembly', directory: await assemblyOf(target, context) } as const
    const model = await load(source, {
      name: target,
      parameters: localParameters(source, target, port, {}),
      publicNames: { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' },
    })
    const steady = { ...model, nodes: model.nodes.filter(({ kind }) => !MOVERS.has(kind)) }
    return withTimeToLaunch(steady, timeScale)
  })

/** Starts a system in this process, with a state of its own and on free ports; disposing of it stops it. */
export async function startSystem(target: string, options: RunOptions = {}): Promise<Running> {
  const port = await freePorts()
  const { timeScale = 1 } = options
  const model = await modelOf(target, port, options)
  const architecture = options.change?.(model) ?? model
  const parent = options.stateFolder === undefined ? mkdtempSync(join(tmpdir(), `${target}-`)) : undefined
  const stateFolder = options.stateFolder ?? join(parent ?? '', target)
  const cloud = await startCloud({
    architecture,
    stateFolder,
    ports: { public: port, http: port + 1, gateway: port + 2 },
    embedded: options.embedded ?? 'allowed',
    timeScale,
  })
  const stop = async ({ keep } = { keep: false }) => {
    await cloud.stop()
    if (!keep) rmSync(stateFolder, { recursive: true, force: true })
  }
  if (options.wait ?? true) await cloud.ready()
  return {
    cloud,
    site: cloud.urls.site ?? cloud.urls.web ?? '',
    api: cloud.urls.api ?? '',
    stateFolder,
    architecture,
    timeScale,
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
