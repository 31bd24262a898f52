import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { photograph } from './picture.ts'
import { bundle, type Service, startService } from './service.ts'

type Picture = Uint8Array<ArrayBuffer>

/** The background removal service by itself: how fast, how large, and whether it answers while all its workers are busy. */
export const bench: Bench = {
  name: 'cutout-service',
  describe: 'background removal: 1024×768 and 20 megapixels from request to PNG, memory, event loop under full load',
  run,
}

async function* run(options: BenchOptions): AsyncIterable<Figure> {
  const image = bundle()
  try {
    yield* alone(image.main, options)
    yield* loaded(image.main, options)
  } finally {
    image.remove()
  }
}

/** One picture after the other, on one core. */
async function* alone(main: string, { seed, quick }: BenchOptions): AsyncGenerator<Figure> {
  const small = await several(quick ? 3 : 20, number => photograph(1024, 768, seed + number))
  const large = await several(quick ? 1 : 3, number => photograph(5472, 3648, seed + number))
  const service = await startService(main, 1, '0')
  try {
    // The first one compiles.
    await time(service, small[0])
    const screen = await several(small.length, number => time(service, small[number]))
    yield figure('1024×768, request to PNG, one core, p50', percentile(screen, 0.5), 'ms', 900)
    const camera = await several(large.length, number => time(service, large[number]))
    yield figure('20 megapixels, request to PNG, one core, slowest', percentile(camera, 1), 'ms', 6000)
    yield figure('resident memory of the process, peak, 20 megapixels, one worker', service.peakMegabytes(), 'MB', 700)
  } finally {
    await service.stop()
  }
}

/** More pictures than there are workers and places, small and large, for as long as it takes. */
async function* loaded(main: string, { seed, quick }: BenchOptions): AsyncGenerator<Figure> {
  const workers = availableParallelism()
  const small = await photograph(1024, 768, seed)
  const large = await photograph(5472, 3648, seed)
  const service = await startService(main, workers, `0-${workers - 1}`)
  try {
    await time(service, small)
    service.reset()
    const end = performance.now() + (quick ? 5000 : 30_000)
    const statuses = new Map<number, number>()
    const send = async (picture: Picture) => {
      while (performance.now() < end) {
        const { status } = await post(service, picture)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 429) await wait(100)
      }
    }
    const health: number[] = []
    const ask = async () => {
      while (performance.now() < end) {
        const began = performance.now()
        await (await fetch(`${service.url}/healthcheck`)).arrayBuffer()
        health.push(performance.now() - began)
        await wait(20)
      }
    }
    const senders = Array.from({ length: 10 * workers + 4 }, (_, number) => send(number < 4 ? large : small))
    await Promise.all([...senders, ask()])
    const { p99Ms, maxMs } = await service.loopDelay()
    const note = `${workers} workers, ${senders.length} clients; answers ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')}`
    yield {
      ...figure('delay of the event loop under full load, p99', p99Ms, 'ms', 50),
      note: `${note}; most ${Math.round(maxMs)} ms`,
    }
    yield {
      ...figure('/healthcheck under full load, p99', percentile(health, 0.99), 'ms', 500),
      note: 'the load generator is on the same cores',
    }
    yield { ...figure('resident memory of the process, peak, full load', service.peakMegabytes(), 'MB', 700), note }
  } finally {
    await service.stop()
  }
}

const post = async (service: Service, picture: Picture) => {
  const answer = await fetch(`${service.url}/cutout`, { method: 'POST', body: picture })
  await answer.arrayBuffer()
  return answer
}

async function time(service: Service, picture: Picture | undefined): Promise<number> {
  const began = performance.now()
  const { status } = await post(service, picture ?? new Uint8Array())
  if (status !== 200) throw new Error(`the service answered ${status}`)
  return performance.now() - began
}

async function several<T>(count: number, make: (number: number) => Promise<T>): Promise<readonly T[]> {
  const all: T[] = []
  for (let number = 0; number < count; number++) all.push(await make(number))
  return all
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

const figure = (name: string, value: number, unit: string, atMost: number): Figure => ({
  bench: 'cutout-service',
  figure: name,
  ours: Math.round(value * 10) / 10,
  peer: null,
  ratio: null,
  unit,
  bar: `≤ ${atMost} ${unit}`,
  pass: value <= atMost,
})
