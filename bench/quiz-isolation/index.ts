import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { photograph } from '../cutout-service/picture.ts'
import type { Bench, Figure } from '../figure.ts'
import { openLoad } from '../load.ts'
import { Author } from '../quiz/author.ts'
import { QuizProcess } from '../quiz/system.ts'
import { get, rounded } from '../running.ts'
import { family, pin, processorSeconds } from './cores.ts'

const PORT = 4610
const RATE = 40
const SECONDS = 15
const ROUNDS = 3
const BAR = 1.5
/** Two instances with two workers each, and some that wait. */
const CLIENTS = 12

/** Where the site runs, with what is before it and what asks it; and where the removal tier does. */
const CORES = { site: 0, removal: 1 } as const

const QUANTILES = [0.5, 0.9, 0.99, 0.999] as const

/** The tier that removes backgrounds never slows the site: Q-03. */
export const bench: Bench = {
  name: 'quiz-isolation',
  describe:
    'quiz: latency of the site alone, and while the removal tier works as hard as it can, on cores of their own',
  async *run({ quick, seed }) {
    const quiz = await QuizProcess.start({ port: PORT, timeScale: 1 })
    const picture = join(tmpdir(), `bench-quiz-isolation-${process.pid}.jpeg`)
    try {
      writeFileSync(picture, await photograph(1024, 768, seed))
      const main = await quiz.tier('quiz-main')
      const removal = await quiz.tier('Removal/Service/Group')
      const removers = pidsOf(removal)
      for (const pid of [process.pid, quiz.pid, ...pidsOf(main).flatMap(family)]) pin(pid, CORES.site)
      for (const pid of removers.flatMap(family)) pin(pid, CORES.removal)
      const paths = await publish(quiz.site)
      await latencies(quiz.site, paths, 3)

      const alone: number[] = []
      const saturated: number[] = []
      const shares: number[] = []
      const url = `http://${removal.loadBalancer}:8000`
      const environment = await quiz.environmentOf(main.instances[0]?.id ?? '')
      const seconds = quick ? 3 : SECONDS
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        alone.push(...(await latencies(quiz.site, paths, seconds)))
        const stop = saturate(url, picture, environment)
        // Until every worker has a picture.
        await wait(3000)
        const before = processorSeconds(removers)
        saturated.push(...(await latencies(quiz.site, paths, seconds)))
        shares.push((100 * (processorSeconds(removers) - before)) / seconds)
        await stop()
      }
      yield* figures(alone, saturated, Math.min(...shares))
    } finally {
      await quiz.stop()
      rmSync(picture, { force: true })
    }
  },
}

const pidsOf = ({ instances }: Awaited<ReturnType<QuizProcess['tier']>>): readonly number[] =>
  instances.flatMap(({ processes }) => processes.map(({ pid }) => pid))

/** A quiz that players see. @returns what they ask for */
async function publish(site: string): Promise<readonly string[]> {
  const author = await Author.signUp(site)
  const { id } = await author.post<{ id: string }>('/api/quizzes', { title: 'Numbers', description: '' })
  for (let number = 0; number < 10; number++)
    await author.post(`/api/quizzes/${id}/questions`, {
      kind: 'one',
      text: `Which is a prime? ${number}`,
      options: [{ text: '7', correct: true }, { text: '8' }, { text: '9' }],
    })
  const { code } = await author.post<{ code: string }>(`/api/quizzes/${id}/publish`)
  return [`/api/play/${code}`, `/api/play/${code}/leaderboard`, '/api/status']
}

/** Milliseconds that answers took, at a constant rate. @throws when one was none */
async function latencies(site: string, paths: readonly string[], seconds: number): Promise<readonly number[]> {
  const load = openLoad(RATE, number => get(`${site}${paths[number % paths.length]}`))
  await wait(seconds * 1000)
  await load.stop()
  const bad = load.answers.filter(({ status }) => status !== 200)
  if (bad.length > 0) throw new Error(`${bad.length} of ${load.answers.length} requests failed: ${bad[0]?.status}`)
  return load.answers.map(({ took }) => took)
}

/** Begins to send pictures, from where the site is. @returns ends it */
function saturate(url: string, picture: string, environment: Readonly<Record<string, string>>): () => Promise<void> {
  const words = [join(import.meta.dirname, 'saturate.ts'), url, picture, String(CLIENTS)]
  const child = spawn(process.execPath, words, { env: { ...process.env, ...environment }, stdio: 'inherit' })
  pin(child.pid ?? 0, CORES.removal)
  return async () => {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
}

function* figures(alone: readonly number[], saturated: readonly number[], share: number): Generator<Figure> {
  const load = `machine’s load average ${rounded(loadavg()[0] ?? 0, 1)}; ${modelName()}`
  for (const quantile of QUANTILES) {
    const [before, under] = [percentile(alone, quantile), percentile(saturated, quantile)]
    const counts = quantile === 0.99
    yield {
      bench: 'quiz-isolation',
      figure: `site at ${RATE} requests/s while the removal tier is saturated, p${quantile * 100}; peer: alone`,
      ours: rounded(under),
      peer: rounded(before),
      ratio: rounded(under / before),
      unit: 'ms',
      bar: counts ? `≤ ${BAR}×` : 'none',
      pass: !counts || under / before <= BAR,
      note: load,
    }
  }
  yield {
    bench: 'quiz-isolation',
    figure: 'share of its core that the removal tier used meanwhile, least of the rounds',
    ours: rounded(share, 0),
    peer: null,
    ratio: null,
    unit: '%',
    bar: '≥ 80 %, otherwise nothing was saturated',
    pass: share >= 80,
    note: load,
  }
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

const modelName = (): string => /model name\s*: (.+)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'
