import { request } from 'node:http'
import { milliseconds, minutes, seconds } from '@terrace/kit'
import type { WorkloadProcess } from '@terrace/model'
import type { Network, NetworkInterface } from '../../ports.ts'
import { LaunchFailure } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'

/** How long the script that starts workloads waits for one of them: of the machine's time, in which processes start. */
const PATIENCE = minutes(8)

/** Of one answer: `--max-time` of the script. */
const ANSWER_TIMEOUT = seconds(2)

/** The script asks every 2 s. differs: more often, so that a start doesn't wait for the question */
const PAUSE = milliseconds(100)

/** What a script asks its own processes for before it goes on. */
export interface ReadinessQuestion {
  readonly path: string
  /** Absent: each process on its own port. */
  readonly port: number | undefined
}

/** The question that a user data asks by `curl`; nothing when it asks none. */
export function readinessIn(userData: string): ReadinessQuestion | undefined {
  const [, port, path] =
    /\bcurl\b[^\n]*https?:\/\/(?:127\.0\.0\.1|localhost)(?::(\$?\{?\w+\}?))?(\/[^\s"';|&)]*)?/.exec(userData) ?? []
  if (path === undefined && port === undefined) return undefined
  const literal = port === undefined ? 80 : /^\d+$/.test(port) ? Number(port) : undefined
  return { path: path ?? '/', port: literal }
}

/** Where a script asks. */
export interface ReadinessSite {
  readonly world: Pick<World, 'realtime'>
  readonly network: Pick<Network, 'socketOf'>
  readonly networkInterface: NetworkInterface
  readonly signal: AbortSignal
}

/** Waits until every process that has a port answers well. @throws LaunchFailure when one doesn't in time */
export async function waitUntilReady(
  site: ReadinessSite,
  { path, port: only }: ReadinessQuestion,
  processes: readonly WorkloadProcess[],
): Promise<void> {
  const { network, networkInterface, signal } = site
  const { realtime } = site.world
  for (const { kind, name, port } of processes) {
    // It speaks no HTTP, and was waited for when it started.
    if (kind === 'postgres' || port === undefined || (only !== undefined && port !== only)) continue
    const end = realtime.now() + PATIENCE
    while (!(await answers(network.socketOf(networkInterface, port), path))) {
      signal.throwIfAborted()
      if (realtime.now() >= end) {
        const message = `${name} did not answer ${path} on port ${port} within ${PATIENCE / 60_000} minutes`
        throw new LaunchFailure({ kind: 'program', name }, { kind: 'unusable', message })
      }
      await realtime.sleep(PAUSE, signal)
    }
  }
}

const answers = (socketPath: string, path: string): Promise<boolean> =>
  new Promise(resolve => {
    const sent = request({ socketPath, path, agent: false, timeout: ANSWER_TIMEOUT, headers: { host: '127.0.0.1' } })
    sent.once('error', () => resolve(false))
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.once('response', answer => {
      answer.resume()
      resolve((answer.statusCode ?? 500) < 400)
    })
    sent.end()
  })
