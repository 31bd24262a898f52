import { messageOf, seconds } from '@terrace/kit'
import type { LogEvent } from '../../../ports.ts'
import type { Host } from '../../../workload/host.ts'
import type { World } from '../../../world.ts'
import type { LogFile } from './configuration.ts'
import type { Take } from './log-files.ts'

/** How often the agent sends what it has. @see CloudWatch User Guide "CloudWatch agent configuration file: Agent section" */
const FLUSH_EVERY = seconds(5)

/** Of one PutLogEvents, as far as the agent fills it; what the API takes is in the limits of `logs`. */
const MOST_EVENTS = 1000
const MOST_BYTES = 512 * 1024

/** Whose log it is. */
export interface LogFileSite {
  readonly world: World
  readonly host: Host
  readonly note: (kind: string, message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Sends what comes to a file to its log stream, with the role of the instance and over its network position. What is refused
 * is lost, which the journal says once.
 *
 * differs: what came in the last five seconds before an instance ends is lost
 */
export async function shipLogFile(site: LogFileSite, { path, group, stream: pattern }: LogFile, take: Take) {
  const { world, host, note, signal } = site
  const { id } = host.description
  const stream = pattern.replaceAll('{instance_id}', id)
  let failure: string | undefined
  const failed = (error: unknown) => {
    const why = messageOf(error)
    if (!signal.aborted && why !== failure) note('ec2.agentFailed', `${path} of ${id} is not in ${group}: ${why}`)
    failure = why
  }
  let isSending = false
  const send = async () => {
    if (isSending || signal.aborted) return
    isSending = true
    try {
      for (const batch of batchesOf(take())) await put(site, group, stream, batch)
      failure = undefined
    } catch (error) {
      failed(error)
    } finally {
      isSending = false
    }
  }
  try {
    await host.openLogStream(group, stream)
  } catch (error) {
    return failed(error)
  }
  await send()
  const stop = world.realtime.every(FLUSH_EVERY, () => void send())
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
}

async function put({ world, host }: LogFileSite, group: string, stream: string, events: readonly LogEvent[]) {
  await host.aws.text({
    need: { kind: 'logs', group },
    service: 'logs',
    title: 'CloudWatch Logs',
    operation: 'PutLogEvents',
    host: `logs.${world.architecture.region}.amazonaws.com`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.PutLogEvents' },
    body: JSON.stringify({
      logGroupName: group,
      logStreamName: stream,
      logEvents: events.map(({ at, message }) => ({ timestamp: Math.floor(at), message })),
    }),
  })
}

function* batchesOf(events: readonly LogEvent[]): Generator<readonly LogEvent[]> {
  let batch: LogEvent[] = []
  let bytes = 0
  for (const event of events) {
    const size = Buffer.byteLength(event.message)
    if (batch.length > 0 && (batch.length === MOST_EVENTS || bytes + size > MOST_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(event)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
