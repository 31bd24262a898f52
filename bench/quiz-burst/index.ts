import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { photograph } from '../cutout-service/picture.ts'
import type { Bench, Figure } from '../figure.ts'
import { Author } from '../quiz/author.ts'
import { QuizProcess } from '../quiz/system.ts'
import { rounded } from '../running.ts'

const PORT = 4614
const PICTURES = 300
/** An account may upload three hundred an hour. */
const AUTHORS = 3
/** Uploads at once. */
const UPLOADS = 6
const TIME_SCALE = 15
const LIMIT_MINUTES = 12

/**
 * What target tracking holds, in percent. All instances share the cores of this machine, whose processors are counted as if
 * each instance had two of its own: at 60 % a group of two would be large enough for whatever comes.
 */
const CPU_TARGET = (100 * availableParallelism()) / 12 / 3

/** Three hundred pictures at once. */
export const bench: Bench = {
  name: 'quiz-burst',
  describe: 'quiz: a burst of 300 pictures; the removal tier grows to its maximum, shrinks again, and none is lost',
  async *run({ quick, seed }) {
    const quiz = await QuizProcess.start({ port: PORT, timeScale: TIME_SCALE, cpuTarget: CPU_TARGET })
    const ending = new AbortController()
    try {
      const sizes = watchSize(quiz, ending.signal)
      const began = performance.now()
      const uploaded = await uploadAll(quiz.site, quick ? 30 : PICTURES, seed)
      const states = await finished(uploaded, began)
      const seconds = (performance.now() - began) / 1000
      await sizes.shrunk(began)
      yield* figures(states, seconds, sizes.seen, sizes.max)
    } finally {
      ending.abort()
      await quiz.stop()
    }
  },
}

interface Uploaded {
  readonly author: Author
  readonly id: string
}

/** Every upload that was acknowledged. */
async function uploadAll(site: string, count: number, seed: number): Promise<readonly Uploaded[]> {
  const files = await Promise.all(Array.from({ length: 8 }, (_, number) => photograph(1024, 768, seed + number)))
  const authors = await Promise.all(Array.from({ length: AUTHORS }, () => Author.signUp(site)))
  const uploaded: Uploaded[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      const number = next++
      const [author, file] = [authors[number % AUTHORS], files[number % files.length]]
      if (author && file) uploaded.push({ author, id: await author.upload(file) })
    }
  }
  await Promise.all(Array.from({ length: UPLOADS }, work))
  return uploaded
}

/** What became of each picture, when none waits any more. */
async function finished(uploaded: readonly Uploaded[], began: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { author, id } of uploaded) {
    let state = 'queued'
    while (state === 'queued' || state === 'working') {
      state = (await author.get<{ state: string }>(`/api/pictures/${id}`)).state
      if (state === 'ready' || state === 'failed') break
      if (isLate(began)) break
      await wait(500)
    }
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  return counts
}

const isLate = (began: number): boolean => performance.now() - began > LIMIT_MINUTES * 60_000

/** How large the group wanted to be, each size once until the next. */
function watchSize(quiz: QuizProcess, signal: AbortSignal) {
  const seen: number[] = []
  let max = 0
  let min = 0
  const look = async () => {
    while (!signal.aborted) {
      const tier = await quiz.tier('Removal/Service/Group')
      max = tier.max
      min = tier.min
      if (tier.desired !== seen.at(-1)) seen.push(tier.desired)
      await wait(200)
    }
  }
  look().catch(() => {})
  return {
    seen,
    get max() {
      return max
    },
    async shrunk(began: number): Promise<void> {
      while (seen.at(-1) !== min && !isLate(began)) await wait(500)
    },
  }
}

function* figures(
  states: ReadonlyMap<string, number>,
  seconds: number,
  sizes: readonly number[],
  max: number,
): Generator<Figure> {
  const all = [...states.values()].reduce((sum, count) => sum + count, 0)
  const ready = states.get('ready') ?? 0
  const note = `sizes ${sizes.join(' → ')}; ${TIME_SCALE} times as fast; target ${rounded(CPU_TARGET, 1)} % CPU, since all instances share ${availableParallelism()} cores; load average ${rounded(loadavg()[0] ?? 0, 1)}`
  const figure = (what: string, ours: number, unit: string, bar: string, pass: boolean): Figure => {
    return { bench: 'quiz-burst', figure: what, ours, peer: null, ratio: null, unit, bar, pass, note }
  }
  yield figure(`pictures cut out, of ${all} acknowledged`, ready, 'pictures', 'all', ready === all)
  yield figure('from the first upload to the last cut-out', rounded(seconds, 1), 's', 'none', true)
  const largest = Math.max(...sizes)
  yield figure('largest size of the group', largest, 'instances', `its maximum, ${max}`, largest === max)
  const last = sizes.at(-1) ?? 0
  yield figure('size in the end', last, 'instances', 'that of the beginning', last === sizes[0])
  const turns = directionChanges(sizes)
  yield figure('changes of direction', turns, 'changes', '≤ 2', turns <= 2)
}

/** How often a row of sizes goes on the other way. */
function directionChanges(sizes: readonly number[]): number {
  const signs = sizes.slice(1).map((size, at) => Math.sign(size - (sizes[at] ?? size)))
  return signs.filter((sign, at) => at > 0 && sign !== signs[at - 1]).length
}
