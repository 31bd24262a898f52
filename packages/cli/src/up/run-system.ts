import { mkdirSync } from 'node:fs'
import { formatDuration, type Instant, type Stop, seconds } from '@terrace/kit'
import { type Context, EXIT } from '../context.ts'
import type { Target } from '../target/target.ts'
import { announce, type Ready, readyLine } from './announce.ts'
import { choosePorts, isMovedAside } from './choose-ports.ts'
import { endEarlierRun, refuseWhenRunning } from './clear-the-way.ts'
import type { Observed } from './handlers.ts'
import { openSession, type Session } from './session.ts'
import { type Shutdown, type Signals, shutdownOn } from './shutdown.ts'
import { startTarget } from './start-target.ts'
import { takeUpdates } from './take-updates.ts'
import { tidyHeap } from './tidy-heap.ts'
import type { UpOptions } from './up-options.ts'

/** How long a start that is under way may take to come to a point where it can be stopped in good order. */
const START_GRACE = seconds(15)

/** How often those who wait are told what they wait for. */
const STILL_WAITING = seconds(15)

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
  mkdirSync(target.stateFolder, { recursive: true, mode: 0o700 })
  await refuseWhenRunning(target)
  const shutdown = shutdownOn(signals)
  const session = await openSession(target, shutdown, context.clock)
  let exitCode: number
  try {
    await endEarlierRun(target, context)
    exitCode = await serve(target, options, context, session, shutdown)
  } finally {
    await session.close()
  }
  context.note(`stopped ${target.name}`)
  return exitCode
}

async function serve(
  target: Target,
  options: UpOptions,
  context: Context,
  session: Session,
  shutdown: Shutdown,
): Promise<number> {
  const { clock, note } = context
  const begun = clock.now()
  const { name } = target
  const ports = await choosePorts(options.port)
  if (isMovedAside(ports) && options.port === undefined) note(`port 4430 is taken: ${name} gets ${ports.public}`)

  const start = startTarget(target, options, ports, context).then(cloud =>
    session.show(cloud, takeUpdates(cloud, target, ports.public)),
  )
  const ready = start.then(async () => {
    const cloud = session.cloud
    if (!cloud) return
    const stopTelling = tellWhatIsAwaited(cloud, context)
    await cloud.ready().finally(stopTelling)
    tidyHeap()
    return { ready: true, name, urls: cloud.urls, embedded: cloud.embedded, pid: process.pid } as const
  })

  const outcome = await Promise.race([ready, shutdown.requested])
  if (outcome) {
    tell(outcome, begun, options, context)
    await shutdown.requested
  }
  note(`stopping ${name} …`)
  // Nobody waits any more for what may still go wrong in it.
  ready.catch(() => {})
  await Promise.race([start.catch(() => {}), clock.sleep(START_GRACE), shutdown.insisted])
  await Promise.race([session.cloud?.stop(), shutdown.insisted])
  return outcome ? EXIT.good : EXIT.interrupted
}

/** Says that the system can be used: to people, to a program, to the command that waits in the foreground. */
function tell(ready: Ready, begun: Instant, { json }: UpOptions, context: Context): void {
  if (json) {
    context.say(readyLine(ready))
  } else {
    announce(ready, formatDuration(context.clock.now() - begun), context)
    context.note(context.colors.dim('Ctrl-C stops it'))
  }
  context.tellParent?.({ kind: 'ready', line: readyLine(ready) })
}

/** Health of an instance that nobody waits for: in use, behind no balancer, a machine that is well. */
const SETTLED: ReadonlySet<string> = new Set(['healthy', 'unused', 'ok'])

/** Says now and then which targets are not healthy yet. */
function tellWhatIsAwaited(cloud: Observed, { clock, note }: Context): Stop {
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
