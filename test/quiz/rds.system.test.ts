import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds'
import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { Author, type Picture } from './author.ts'
import { BACKPACK, cutOut, play, publishQuiz } from './quizzes.ts'
import { administrator, CAN_RUN, startQuiz } from './running.ts'

describe.skipIf(!CAN_RUN)('the quiz with its database in RDS (needs PostgreSQL, NGINX and curl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiz-rds-'))
  const stateFolder = join(folder, 'quiz')
  let quiz: Running
  let author: Author
  const start = async () => {
    quiz = await startQuiz({ stateFolder, timeScale: 10, context: { database: 'rds' } })
  }
  beforeAll(async () => {
    await start()
    author = await Author.signUp(quiz.site)
  })
  afterAll(async () => {
    await quiz?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Plays a quiz to its end. */
  async function playAs(nickname: string, code: string): Promise<void> {
    const player = await play(quiz.site, code, nickname)
    await player.answer('A backpack')
    await player.finish()
  }

  it('Q-01: it is over two zones, the main instance has no database, and what was made survives a failover and a restart', async () => {
    const [database] = nodesOf(quiz.architecture, 'dbInstance')
    expect(database?.multiAz).toBe(true)
    expect(nodesOf(quiz.architecture, 'volume')).toEqual([])
    const picture = await cutOut(author, (await author.upload(BACKPACK)).id)
    const { id, code } = await publishQuiz(author, 'In RDS', picture.id)
    await playAs('Ada', code)

    const rds = new RDSClient(administrator(quiz))
    const over = quiz.cloud.journal.next(({ kind }) => kind === 'rds.failover.completed')
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: database?.identifier, ForceFailover: true }))
    rds.destroy()
    await over
    const answers = async () => (await call(`${quiz.site}/api/play/${code}/leaderboard`)).status
    await expect.poll(answers, { interval: 100 }).toBe(200)
    await playAs('Bob', code)
    // Its queue of jobs is there, too.
    const later = await cutOut(author, (await author.upload(BACKPACK)).id)

    await quiz.stop({ keep: true })
    await start()
    author = author.at(quiz.site)
    const results = await author.text(`/api/quizzes/${id}/results.csv`)
    expect(results).toContain('Ada')
    expect(results).toContain('Bob')
    for (const { id: kept } of [picture, later])
      expect((await author.get<Picture>(`/api/pictures/${kept}`)).state).toBe('ready')
  })
})
