import { mkdirSync } from 'node:fs'
import type { Cloud } from '@terrace/cloud'
import { removeRecord, type Status, startControlServer, writeRecord } from '@terrace/control'
import { type Duration, formatDuration, HEX, seconds, secureRandom } from '@terrace/kit'
import type { Context } from '../context.ts'
import { EXIT } from '../context.ts'
import { processRecordOf } from '../project.ts'
import { sourceOf } from '../synth/source.ts'
import type { Target } from '../target/target.ts'
import { announce, type Ready, readyLine } from './announce.ts'
import { choosePorts, isMovedAside } from './choose-ports.ts'
import { clearTheWay } from './clear-the-way.ts'
import { describeGaps, describeNotEmulated } from './describe-gaps.ts'
import { handlersFor, type Observed } from './handlers.ts'
import { localParameters } from './local-parameters.ts'
import { Progress } from './progress.ts'
import { type Signals, shutdownOn } from './shutdown.ts'

export interface UpOptions {
  readonly parameters: Readonly<Record<string, string>>
  readonly context: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly port: number | undefined
  readonly json: boolean
}

const TOKEN_LENGTH = 48
/** How long a start that is under way may take to come to a point where it can be stopped in good order. */
const START_GRACE = seconds(15)
/** How often those who wait are told what they wait for. */
const STILL_WAITING: Duration = seconds(15)

/**
 * Runs a system until it is told to stop, by Ctrl-C or through the control API.
 *
 * @returns the exit code
 */
export async function runSystem(
  target: Target,
  options: UpOptions,
  context: Context,
  signals: Signals,
): Promise<number> {
  const { clock, note } = context
  const begun = clock.now()
  const { name, stateFolder } = target
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 })
  await clearTheWay(target, context)
  const ports = await choosePorts(options.port)
  if (isMovedAside(ports) && options.port === undefined) note(`port 4430 is taken: ${name} gets ${ports.public}`)

  const token = secureRandom.text(TOKEN_LENGTH, HEX)
  const shutdown = shutdownOn(signals)
  const started = Promise.withResolvers<Observed>()
  let cloud: Cloud | undefined
  const control = await startControlServer(
    handlersFor({
      whileStarting: starting(target),
      cloud: () => cloud,
      started: started.promise,
      stop: () => shutdown.request(),
    }),
    { token, port: 0, clock },
  )
  try {
    writeRecord(stateFolder, { port: control.port, token, pid: process.pid, startedAt: clock.now() })
    const start = (async () => {
      cloud = await startFrom(target, options, ports, context)
      started.resolve(cloud)
      return cloud
    })()
    const ready = start.then(async running => {
      const stopTelling = tellWhatIsAwaited(running, context)
      await running.ready().finally(stopTelling)
      return running
    })

    const outcome = await Promise.race([ready, shutdown.requested])
    if (outcome) {
      announceReady({ ready: true, name, urls: outcome.urls, embedded: outcome.embedded, pid: process.pid })
      await shutdown.requested
    }
    note(`stopping ${name} …`)
    // Both may still end in an error that nobody waits for any more.
    ready.catch(() => {})
    await Promise.race([start.catch(() => {}), clock.sleep(START_GRACE), shutdown.insisted])
    await Promise.race([cloud?.stop(), shutdown.insisted])
    note(`stopped ${name}`)
    return outcome ? EXIT.good : EXIT.interrupted
  } finally {
    // Nothing is left after a good stop; after a failed start or a second Ctrl-C this is what ends the rest.
    const { endLeftovers } = await import('@terrace/cloud')
    await endLeftovers(processRecordOf(stateFolder), clock, { owner: 0, child: seconds(2) })
    shutdown.done()
    await control.stop()
    removeRecord(stateFolder, token)
  }

  function announceReady(ready: Ready): void {
    if (options.json) context.say(readyLine(ready))
    else announce(ready, formatDuration(clock.now() - begun), context)
    context.tellParent?.({ kind: 'ready', line: readyLine(ready) })
    if (!options.json) context.note(context.colors.dim('Ctrl-C stops it'))
  }
}

const starting = ({ name, stateFolder }: Target): Status => ({
  name,
  ready: false,
  embedded: false,
  urls: {},
  pid: process.pid,
  stateFolder,
  tiers: [],
  notEmulated: [],
})

async function startFrom(
  target: Target,
  options: UpOptions,
  ports: Awaited<ReturnType<typeof choosePorts>>,
  context: Context,
): Promise<Cloud> {
  const progress = new Progress(context, context.clock)
  // The cloud takes a moment to load, which a synthesis takes as well.
  const cloudLoaded = import('@terrace/cloud')
  const { source } = await progress.step(
    'template',
    () => sourceOf(target, options.context, context),
    ({ cached }) => (target.kind === 'app' && cached ? 'unchanged' : ''),
  )
  const architecture = await progress.step('model', async () => {
    const { load } = await import('@terrace/loader')
    return load(source, {
      name: target.name,
      parameters: localParameters(source, target.name, ports.public, options.parameters),
      publicNames: { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' },
    })
  })
  const { startCloud, notEmulatedIn } = await cloudLoaded
  const unknown = describeGaps(architecture.gaps, context.cwd)
  const idle = describeNotEmulated(notEmulatedIn(architecture))
  for (const line of [...unknown, ...idle]) context.note(context.colors.yellow(line))

  return startCloud({
    architecture,
    stateFolder: target.stateFolder,
    ports,
    embedded: options.embedded ? 'forced' : 'allowed',
    clock: context.clock,
    onProgress: progress.report,
  })
}

/** Health of an instance that nobody waits for: in use, behind no balancer, a machine that is well. */
const SETTLED: ReadonlySet<string> = new Set(['healthy', 'unused', 'ok'])

/** Says now and then which targets are not healthy yet. */
function tellWhatIsAwaited(cloud: Observed, { clock, note }: Context): () => void {
  return clock.every(STILL_WAITING, async () => {
    const { name, tiers } = await cloud.status()
    const awaited = tiers.flatMap(tier =>
      tier.instances
        .filter(({ health }) => !SETTLED.has(health))
        .map(({ id, zone, state, health }) => `${tier.name} ${id} in ${zone} (${state}, ${health})`),
    )
    note(`still waiting for ${awaited.join(', ') || 'the system'}; see terrace logs ${name}`)
  })
}
