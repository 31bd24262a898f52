import { request } from 'node:http'
import type { Clock, Duration } from '@terrace/kit'
import type { ContainerDefinition } from '@terrace/model'
import type { Network, NetworkInterface } from '../../../ports.ts'
import { programOfContainer } from '../../../workload/container-program.ts'
import type { Host } from '../../../workload/host.ts'
import { wordsOf } from '../../../workload/shell-words.ts'

/** Carries out a container's health check once: whether it succeeded. */
export type Probe = (timeout: Duration) => Promise<boolean>

/** What a probe is made of. */
export interface ProbeSite {
  readonly host: Host
  readonly network: Network
  readonly networkInterface: NetworkInterface
  /** The machine's own: time-outs. */
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
}

/**
 * Reads a health check. What can be carried out here: a Node program (`node healthcheck.js`, `node -e "…"`), run as the
 * container's own processes are; `curl` and `wget` to the task's own `localhost`, whose request is made for them; `true`,
 * `exit 0` and the like. Each may end in `|| exit 1`.
 *
 * @returns nothing when the check can't be carried out here
 * @see ECS API Reference, "HealthCheck". differs: no other program runs in the network of a task
 */
export function probeOf(container: ContainerDefinition, site: ProbeSite): Probe | undefined {
  const [kind, ...rest] = container.healthCheck?.command ?? []
  const words = kind === 'CMD' ? rest : wordsOf(rest.join(' '))
  const [program = ''] = words ?? []
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (words === undefined) return undefined
  if (name === 'true' || name === ':' || (name === 'exit' && words[1] === '0')) return async () => true
  if (name === 'false' || name === 'exit') return async () => false
  if (name === 'node') return timeout => runs(container, words, site, timeout)
  if (name !== 'curl' && name !== 'wget') return undefined
  const target = words.find(word => /^(https?:\/\/)?(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(word))
  if (target === undefined || target.startsWith('https:')) return undefined
  const url = new URL(target.startsWith('http://') ? target : `http://${target}`)
  // Without -f, curl is content with any answer.
  const strict = name === 'wget' || words.some(word => word === '--fail' || /^-[a-zA-Z]*f/.test(word))
  return timeout => answers(url, strict, site, timeout)
}

async function runs(
  container: ContainerDefinition,
  command: readonly string[],
  { host, clock, environment, onLine }: ProbeSite,
  timeout: Duration,
): Promise<boolean> {
  const process = await host.start({
    name: `${container.name} health check`,
    program: programOfContainer({ ...container, entryPoint: [], command }, { portsFree: true }),
    environment,
    onLine,
  })
  const giveUp = clock.after(timeout, () => process.kill())
  const { code } = await process.exited
  giveUp()
  return code === 0
}

function answers(url: URL, strict: boolean, site: ProbeSite, timeout: Duration): Promise<boolean> {
  const socketPath = site.network.socketOf(site.networkInterface, Number(url.port || 80))
  return new Promise(resolve => {
    const outgoing = request(
      { socketPath, path: url.pathname + url.search, headers: { host: url.host }, agent: false },
      answer => {
        answer.resume()
        end(!strict || (answer.statusCode ?? 500) < 400)
      },
    )
    const giveUp = site.clock.after(timeout, () => end(false))
    const end = (good: boolean) => {
      giveUp()
      resolve(good)
      outgoing.destroy()
    }
    outgoing.on('error', () => end(false))
    outgoing.end()
  })
}
