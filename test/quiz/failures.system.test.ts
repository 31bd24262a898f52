import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROJECT } from '../commands.ts'
import { call, json } from '../http.ts'
import type { Running } from '../running.ts'
import { Author, type Picture } from './author.ts'
import { BACKPACK, cutOut } from './quizzes.ts'
import { atPlace, CAN_RUN, startQuiz, tierOf } from './running.ts'

/** More than the site sends at once. */
const PICTURES = 4

describe.skipIf(!CAN_RUN)('the quiz when something fails (needs PostgreSQL, NGINX and curl)', () => {
  let quiz: Running
  let author: Author
  beforeAll(async () => {
    quiz = await startQuiz({ timeScale: 10 })
    author = await Author.signUp(quiz.site)
  })
  afterAll(() => quiz?.stop())

  const status = async () =>
    (await json<{ cutout: { state: string; queued: number } }>(`${quiz.site}/api/status`)).cutout

  const uploadAll = async (): Promise<readonly string[]> => {
    const ids: string[] = []
    for (let count = 0; count < PICTURES; count++) ids.push((await author.upload(BACKPACK)).id)
    return ids
  }
  const allCutOut = (ids: readonly string[]): Promise<Picture[]> => Promise.all(ids.map(id => cutOut(author, id)))

  /** Keeps the queues of the removal tier full while it does something, from where the site is. */
  async function whileOverloaded(work: () => Promise<void>): Promise<void> {
    const { loadBalancer = '' } = await tierOf(quiz, 'cutout')
    const words = [
      join(import.meta.dirname, 'flood.ts'),
      `http://${loadBalancer}:8000`,
      join(PROJECT, 'systems/shop/pictures/backpack.jpeg'),
    ]
    await atPlace(quiz, 'main', async environment => {
      const env = { ...process.env, ...environment }
      const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'inherit'] })
      try {
        await once(createInterface(child.stdout), 'line')
        await work()
      } finally {
        child.kill('SIGKILL')
        await once(child, 'close')
      }
    })
  }

  it('Q-02, Q-03, Q-13: while the removal tier is full the site keeps pictures and answers, and finishes them afterwards', async () => {
    let ids: readonly string[] = []
    await whileOverloaded(async () => {
      ids = await uploadAll()
      const now = async () => {
        const { state, queued } = await status()
        return { state, someWait: queued > 0 }
      }
      await expect.poll(now, { interval: 100 }).toEqual({ state: 'busy', someWait: true })
      expect((await call(`${quiz.site}/`)).status).toBe(200)
    })
    await allCutOut(ids)
    await expect.poll(status).toMatchObject({ queued: 0 })
  })

  it('Q-07: when the other zone stops, the tier goes on with what is left and grows back in the zone of the site', async () => {
    const healthy = async () =>
      (await tierOf(quiz, 'cutout')).instances.filter(({ health }) => health === 'healthy').map(({ zone }) => zone)
    // What is under way there is asked for again after 45 s; this is about what comes afterwards.
    await allCutOut(await uploadAll())
    await quiz.cloud.zones.stop('us-east-1a')
    try {
      const ids = await uploadAll()
      await allCutOut(ids)
      await expect.poll(healthy, { timeout: 90_000, interval: 250 }).toEqual(['us-east-1b', 'us-east-1b'])
    } finally {
      await quiz.cloud.zones.start('us-east-1a')
    }
  })

  it('Q-01: when its own zone stops the site is away, pictures are still shown, and nothing acknowledged is lost', async () => {
    const [id = ''] = await uploadAll()
    const picture = await cutOut(author, id)
    const { id: kept } = await author.post<{ id: string }>('/api/quizzes', { title: 'Acknowledged', description: '' })
    await quiz.cloud.zones.stop('us-east-1b')
    const away = call(`${quiz.site}/api/status`, { timeoutMs: 90_000 })
    expect((await call(`${quiz.site}${new URL(picture.cutoutUrl ?? '', quiz.site).pathname}`)).status).toBe(200)
    expect((await away).status).toBeGreaterThanOrEqual(502)
    await quiz.cloud.zones.start('us-east-1b')
    const answers = async () => (await call(`${quiz.site}/api/status`)).status
    await expect.poll(answers, { timeout: 90_000, interval: 250 }).toBe(200)
    expect(await author.get(`/api/quizzes/${kept}`)).toMatchObject({ title: 'Acknowledged' })
    expect((await author.get<Picture>(`/api/pictures/${id}`)).state).toBe('ready')
  })
})
