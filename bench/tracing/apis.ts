/**
 * The items' API twice in one process, over items in memory: one traces nothing, the other sends its spans to the
 * collector. Both run the same compiled code. Arguments: how many items, their seed, the collector's URL and the share that
 * is traced. Says both URLs on its standard error; their logs go to its standard output.
 */
import { secureRandom, systemClock } from '@terrace/kit'
import { startPlainService } from '@terrace/service/plain'
import { MemoryItems } from '../../systems/items/api/data/memory-items.ts'
import { fill } from '../items-api/fill.ts'
import { ENVIRONMENT, serviceOver } from '../items-api/service.ts'

const [count, seed, collector, share] = process.argv.slice(2)

async function start(telemetry: Readonly<Record<string, string | undefined>>) {
  const items = new MemoryItems()
  await fill(items, Number(count), Number(seed))
  const environment = { NODE_ENV: 'production', ...ENVIRONMENT, ...telemetry }
  const write = (text: string) => void process.stdout.write(text)
  const running = await startPlainService(serviceOver(items), {
    environment,
    clock: systemClock,
    random: secureRandom,
    write,
  })
  await running.ready
  return running
}

const running = [
  await start({}),
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: share }),
]
console.error(running.map(({ url }) => url).join(' '))
process.once('SIGTERM', () => Promise.all(running.map(one => one.stop())).then(() => process.exit(0)))
