import { messageOf, seconds } from '@terrace/kit'
import type { Host } from '../../../workload/host.ts'
import type { World } from '../../../world.ts'
import type { ConsoleOutput } from '../console-output.ts'
import type { SetUpLog } from './configuration.ts'

/** How often the agent sends what it has. @see CloudWatch User Guide "CloudWatch agent configuration file: Agent section" */
const FLUSH_EVERY = seconds(5)

/** Whose output it is. */
export interface SetUpLogSite {
  readonly world: World
  readonly host: Host
  readonly console: ConsoleOutput
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Sends what the user data prints to a log stream, as the CloudWatch agent does with the file that cloud-init writes.
 *
 * differs: it is the console output, which has what cloud-init itself says, too
 */
export async function shipSetUpLog(site: SetUpLogSite, { group, stream: pattern }: SetUpLog): Promise<void> {
  const { world, host, console, note, signal } = site
  const { id } = host.description
  const stream = pattern.replaceAll('{instance_id}', id)
  try {
    await host.openLogStream(group, stream)
    const groups = await world.ports.need('logGroups')
    let sent = 0
    const send = () => {
      const lines = console.since(sent)
      sent = console.written
      const at = world.clock.now()
      if (lines.length > 0)
        groups.put(
          group,
          stream,
          lines.map(message => ({ at, message })),
        )
    }
    send()
    const stop = world.realtime.every(FLUSH_EVERY, send)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  } catch (error) {
    if (!signal.aborted)
      note('ec2.agentFailed', `the output of the user data of ${id} is not in ${group}: ${messageOf(error)}`)
  }
}
