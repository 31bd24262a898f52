import type { Server } from 'node:http'
import { messageOf, seconds, systemClock } from '@terrace/kit'
import { segmentOfSpan } from '../../tracing/segment-of-span.ts'
import { type CollectorConfiguration, type Endpoint, readConfiguration } from './configuration.ts'
import { HostCredentials } from './credentials.ts'
import { XRayExporter } from './exporter.ts'
import { findConfiguration } from './find-configuration.ts'
import { DocumentQueue } from './queue.ts'
import { answerHealth, receiveOtlp } from './receiver.ts'

/**
 * Runs on a host in the place of a collector of OpenTelemetry. Its arguments are the words of the container; its environment
 * is the container's own.
 */
const clock = systemClock

/** How long a stop waits for what is still to be sent. */
const LAST_WAIT = seconds(5)

function log(level: 'info' | 'warn' | 'error', message: string, details: object = {}): void {
  const rest = Object.keys(details).length === 0 ? '' : `\t${JSON.stringify(details)}`
  console.log(`${new Date(clock.now()).toISOString()}\t${level}\t${message}${rest}`)
}

async function run(): Promise<void> {
  const variable = (name: string) => process.env[name]
  const configuration = configured(variable)
  for (const each of configuration.notDone) log('warn', each)
  const queue = queueOf(configuration)
  const servers: Server[] = []
  if (configuration.otlp && !queue) log('warn', 'no pipeline of traces ends in awsxray: spans are received, and lost')
  if (configuration.otlp) {
    const { indexAll = false, indexed = [] } = configuration.exporter ?? {}
    const indexing = { all: indexAll, attributes: indexed }
    const server = await receiveOtlp(configuration.otlp, spans =>
      queue?.add(spans.map(span => JSON.stringify(segmentOfSpan(span, indexing)))),
    )
    servers.push(server)
    log('info', 'Starting HTTP server', { endpoint: textOf(configuration.otlp) })
  }
  if (configuration.health) servers.push(await answerHealth(configuration.health))
  log('info', 'Everything is ready. Begin running and processing data.')
  process.once('SIGTERM', () => {
    log('info', 'Received signal from OS', { signal: 'terminated' })
    for (const server of servers) server.close()
    const done = queue?.flush() ?? Promise.resolve()
    void Promise.race([done, clock.sleep(LAST_WAIT)]).then(() => process.exit(0))
  })
}

function configured(variable: (name: string) => string | undefined): CollectorConfiguration {
  const root = process.env.TERRACE_ROOT ?? '/'
  return readConfiguration(findConfiguration({ words: process.argv.slice(2), variable, root }), variable)
}

function queueOf({ exporter, batch }: CollectorConfiguration): DocumentQueue | undefined {
  if (!exporter) return undefined
  const taskPath = process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  const credentials = new HostCredentials({ taskPath, clock })
  const sender = new XRayExporter({ configuration: exporter, credentials, clock, region, log })
  return new DocumentQueue({
    clock,
    ...batch,
    send: documents => sender.send(documents),
    dropped: (count, all) =>
      log('error', 'The sending queue is full. Dropping data.', { dropped_items: count, dropped_in_all: all }),
  })
}

const textOf = ({ host, port }: Endpoint): string => `${host}:${port}`

run().catch(error => {
  log('error', messageOf(error))
  process.exitCode = 1
})
