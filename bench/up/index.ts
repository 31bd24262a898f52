import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from '../figure.ts'
import { get, launch, median, rounded, stopChild, terrace } from '../running.ts'

const PORT = 4570
const ITEMS_PORT = 4574
/** What a synthesis leaves for the next one: the assembly, and the built API and site. */
const CACHED = ['../../.terrace/library/assembly', '../../.build/assets/library'].map(path =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** How long `terrace up library` takes to the first good answer through CDN and balancer, and what it keeps in memory. */
export const bench: Bench = {
  name: 'up',
  describe: 'terrace up library, and items: time to the first good answer; resident memory of library when idle',
  async *run({ quick }) {
    await terrace('down', 'library')
    const rounds = quick ? 1 : 3
    const notCached: number[] = []
    const cached: number[] = []
    let memory = { all: 0, own: 0 }
    for (let round = 0; round < rounds; round++) {
      for (const folder of CACHED) rmSync(folder, { recursive: true, force: true })
      notCached.push((await timeUp()).seconds)
      const second = await timeUp(round === rounds - 1)
      cached.push(second.seconds)
      memory = second.memory ?? memory
    }
    yield seconds('first good answer through CDN and ALB, template cached', median(cached), 4)
    yield seconds('first good answer through CDN and ALB, template, API and site not cached', median(notCached), 9)
    yield await items(rounds)
    yield {
      ...megabytes('resident memory of everything it started, idle', memory.all, 600),
      note: 'RSS of Terrace and of every process below it, shared pages counted in each',
    }
    yield megabytes('resident memory of the cloud process itself, idle', memory.own, 180)
  },
}

function megabytes(figure: string, value: number, limit: number): Figure {
  const bar = `≤ ${limit} MB`
  return {
    bench: 'up',
    figure,
    ours: rounded(value, 0),
    peer: null,
    ratio: null,
    unit: 'MB',
    bar,
    pass: value <= limit,
  }
}

function seconds(figure: string, value: number, limit: number): Figure {
  return {
    bench: 'up',
    figure,
    ours: rounded(value),
    peer: null,
    ratio: null,
    unit: 's',
    bar: `≤ ${limit} s`,
    pass: value <= limit,
  }
}

interface Memory {
  /** Of Terrace and everything below it, and of Terrace alone; MB. */
  readonly all: number
  readonly own: number
}

/** The items: a page, and a list that goes all the way to the table. */
async function items(rounds: number): Promise<Figure> {
  await terrace('down', 'items')
  const site = `http://items.localhost:${ITEMS_PORT}`
  const times: number[] = []
  // The first one fills the cache.
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now()
    const { child, ready } = launch('items', ITEMS_PORT)
    ready.catch(() => {})
    for (const path of ['/', '/api/v1/items']) {
      while ((await get(`${site}${path}`)).status !== 200) {
        if (child.exitCode !== null) throw new Error(`terrace up ended with ${child.exitCode}`)
        await wait(10)
      }
    }
    if (round > 0) times.push((performance.now() - began) / 1000)
    await ready
    await stopChild(child)
  }
  return seconds('items: first page and first list through both balancers, template cached', median(times), 8)
}

async function timeUp(measureMemory = false): Promise<{ seconds: number; memory?: Memory }> {
  const began = performance.now()
  const { child, ready } = launch('library', PORT)
  ready.catch(() => {})
  const good = async (url: string) => {
    while ((await get(url)).status !== 200) {
      if (child.exitCode !== null) throw new Error(`terrace up ended with ${child.exitCode}`)
      await wait(10)
    }
  }
  await Promise.all([good(`http://library.localhost:${PORT}/`), good(`http://app.library.localhost:${PORT}/books/`)])
  const taken = (performance.now() - began) / 1000
  const { pid } = await ready
  if (!measureMemory) {
    await stopChild(child)
    return { seconds: taken }
  }
  await wait(5000)
  const memory = { all: await residentMegabytes(pid), own: await ownMegabytes(pid) }
  await stopChild(child)
  return { seconds: taken, memory }
}

async function ownMegabytes(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

async function residentMegabytes(pid: number): Promise<number> {
  const own = await ownMegabytes(pid)
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean)
  const below = await Promise.all(children.map(child => residentMegabytes(Number(child))))
  return below.reduce((sum, one) => sum + one, own)
}
