import { hours, minutes } from '@terrace/kit'
import { expect, it } from 'vitest'
import { Bucket } from '../aws/bucket.ts'
import { cleanUp } from '../jobs/cleaning.ts'
import { Player, publishQuiz, startPlaying } from '../testing/quizzes.ts'
import { describeSite } from '../testing/running-site.ts'
import { BUCKET } from '../testing/stand-in-aws.ts'

describeSite('playing', start => {
  it('Q-01: a player without an account comes in by code, answers, finishes, and sees score and explanations', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const player = await startPlaying(site.visitor(), code.toUpperCase())
    expect((await player.answer(0, ['7'])).status).toBe(200)
    await player.answer(1, ['2', '4', '5'])
    await player.answer(2, '  LÍMA ')
    await player.answer(3, ['1', '10', '1000', '100'])
    const { status, body } = await player.finish()
    expect(status).toBe(200)
    expect(body.result).toMatchObject({ score: 1 + 1.5 + 1 + 2, maxScore: 9, durationMs: expect.any(Number) })
    expect(body.result.questions).toMatchObject([
      { correct: true, points: 1, explanation: 'Seven has two divisors.' },
      { correct: false, points: 1.5, maxPoints: 3 },
      { correct: true, points: 1, given: { text: 'LÍMA' }, right: { texts: ['Lima', 'La ciudad de los Reyes'] } },
      { correct: false, points: 2 },
    ])
  })

  it('Q-01: nothing that tells an answer leaves before the attempt is finished, not even the order of options', async () => {
    await using site = await start()
    const many = Array.from({ length: 12 }, (_, index) => ({ text: `step ${String(index).padStart(2, '0')}` }))
    const author = await site.visitor().join('alice')
    const { id, code } = await publishQuiz(author, [
      { kind: 'order', text: 'Put in order', options: many, explanation: 'SECRET' },
      { kind: 'text', text: 'Say it', answers: ['SECRET'] },
    ])
    const whole = await author.get(`/api/quizzes/${id}`)
    const stored = whole.body.questions[0].options.map((option: { id: string }) => option.id)
    const shown = await site.visitor().get(`/api/play/${code}`)
    const player = await startPlaying(site.visitor(), code)
    const looked = await player.look()
    for (const answer of [shown, looked]) {
      const text = JSON.stringify(answer.body)
      for (const secret of ['SECRET', 'correct', 'seed']) expect(text).not.toContain(secret)
    }
    for (const { questions } of [shown.body, looked.body.quiz]) {
      const ids = questions[0].options.map((option: { id: string }) => option.id)
      expect([...ids].sort()).toEqual([...stored].sort())
      expect(ids).not.toEqual(stored)
      expect(ids).not.toEqual([...ids].sort())
    }
    expect((await player.look()).body.quiz).toEqual(looked.body.quiz)
    expect(looked.body.result).toBe(null)
  })

  it('Q-01: the same answer again, and another one in its place, are taken until the attempt is finished', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const player = await startPlaying(site.visitor(), code)
    expect([
      (await player.answer(0, ['7'])).status,
      (await player.answer(0, ['7'])).status,
      (await player.answer(0, ['8'])).status,
    ]).toEqual([200, 200, 200])
    expect((await player.answer(2, '')).body).toMatchObject({ optionIds: [], text: null })
    const first = await player.finish()
    expect(first.body.result.score).toBe(0)
    const late = await player.answer(0, ['7'])
    expect([late.status, late.body.detail]).toEqual([409, 'The attempt is finished'])
    expect((await player.finish()).body).toEqual(first.body)
  })

  it('Q-01: answers that race with finishing are in the score or refused, never half', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    for (let round = 0; round < 10; round++) {
      const player = await startPlaying(site.visitor(), code)
      const [answered, finished] = await Promise.all([player.answer(0, ['7']), player.finish()])
      expect(finished.body.result.score).toBe(answered.status === 200 ? 1 : 0)
    }
  })

  it('Q-01: forged and missing tokens find no attempt, for looking, answering and finishing', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const player = await startPlaying(site.visitor(), code)
    const other = await startPlaying(site.visitor(), code)
    for (const token of ['', 'x', other.token, `${player.token}a`, player.token.slice(1)]) {
      const forger = new Player(site.visitor(), {
        attempt: { id: player.id, quiz: { questions: player.questions } },
        token,
      })
      const statuses = [
        (await forger.look()).status,
        (await forger.answer(0, ['8'])).status,
        (await forger.finish()).status,
      ]
      expect([token, ...statuses]).toEqual([token, 404, 404, 404])
    }
    expect((await player.look()).body).toMatchObject({ state: 'running', answers: [] })
  })

  it('Q-01: answers for a closed quiz are refused; what was answered before counts', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { id, code } = await publishQuiz(author)
    const player = await startPlaying(site.visitor(), code)
    await player.answer(0, ['7'])
    expect((await author.post(`/api/quizzes/${id}/close`)).body.state).toBe('closed')
    const late = await player.answer(2, 'Lima')
    expect([late.status, late.body.detail]).toEqual([409, 'The quiz is closed'])
    expect((await site.visitor().get(`/api/play/${code}`)).status).toBe(409)
    expect((await site.visitor().post(`/api/play/${code}/attempts`, { nickname: 'Bob' })).status).toBe(409)
    expect((await player.finish()).body.result.score).toBe(1)
    await author.post(`/api/quizzes/${id}/reopen`)
    expect((await startPlaying(site.visitor(), code)).id).not.toBe(player.id)
    await author.delete(`/api/quizzes/${id}`)
    expect((await site.visitor().get(`/api/play/${code}`)).status).toBe(404)
  })

  it('Q-01: options that the question has not, another question’s, twice, too many and none are refused', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { code } = await publishQuiz(author)
    const other = await publishQuiz(author)
    const player = await startPlaying(site.visitor(), code)
    const stranger = await startPlaying(site.visitor(), other.code)
    const [one, several, text, order] = player.questions
    const ids = (index: number) => player.questions[index]?.options.map(option => option.id) ?? []
    const put = async (questionId: string | undefined, body: unknown) =>
      (await player.put(questionId ?? '', body)).status
    expect(await put(one?.id, { optionIds: ['nonsense'] })).toBe(422)
    expect(await put(one?.id, { optionIds: [ids(1)[0]] })).toBe(422)
    expect(await put(one?.id, { optionIds: ids(0) })).toBe(422)
    expect(await put(several?.id, { optionIds: [ids(1)[0], ids(1)[0]] })).toBe(422)
    expect(await put(order?.id, { optionIds: ids(3).slice(1) })).toBe(422)
    expect(await put(text?.id, { optionIds: [ids(0)[0]] })).toBe(422)
    expect(await put(one?.id, { text: '7' })).toBe(422)
    expect(await put(one?.id, {})).toBe(422)
    expect(await put(text?.id, { text: 'x'.repeat(501) })).toBe(422)
    expect(await put(text?.id, { text: 'a\u0000b' })).toBe(422)
    expect(await put(stranger.questions[0]?.id, { optionIds: [stranger.questions[0]?.options[0]?.id] })).toBe(404)
    expect(await put('%00', { text: 'x' })).toBe(404)
    expect((await player.look()).body.answers).toEqual([])
  })

  it('Q-01: codes can’t be tried out; who has guessed too often learns nothing more for a while', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const from = (address: string) => ({ 'x-forwarded-for': `6.6.6.6, ${address}, 10.0.0.1` })
    const guesses = Array.from({ length: 100 }, (_, index) => `guess${String(index).padStart(3, '2')}`)
    const statuses = await Promise.all(
      guesses.map(async guess => (await site.visitor().get(`/api/play/${guess}`, from('198.51.100.7'))).status),
    )
    expect(new Set(statuses)).toEqual(new Set([404]))
    const blocked = await site.visitor().get(`/api/play/${code}`, from('198.51.100.7'))
    expect([blocked.status, Number(blocked.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await site.visitor().get(`/api/play/${code}`, from('198.51.100.8'))).status).toBe(200)
    site.travel(minutes(15))
    expect((await site.visitor().get(`/api/play/${code}`, from('198.51.100.7'))).status).toBe(200)
  })

  it('Q-01: starting again with the same Idempotency-Key is the same attempt with the same token', async () => {
    await using site = await start()
    const { id, code } = await publishQuiz(await site.visitor().join('alice'))
    const begin = (key: string) =>
      site.visitor().post(`/api/play/${code}/attempts`, { nickname: 'Ada' }, { 'idempotency-key': key })
    const [first, again] = await Promise.all([begin('a'), begin('a')])
    expect(again.body).toEqual(first.body)
    expect((await begin('b')).body.attempt.id).not.toBe(first.body.attempt.id)
    const attempts = await site.database.db.selectFrom('quiz_attempts').select('id').where('quiz_id', '=', id).execute()
    expect(attempts).toHaveLength(2)
    const kept = JSON.stringify(await site.database.db.selectFrom('idempotency_keys').select('body').execute())
    expect(kept).not.toContain(first.body.token)
  })

  it('Q-01: the leaderboard is by score, then by time, and equals share a rank', async () => {
    await using site = await start()
    const { id, code } = await publishQuiz(await site.visitor().join('alice'))
    const finished = async (nickname: string, answer: string, duration: number) => {
      const player = await startPlaying(site.visitor(), code, nickname)
      await player.answer(0, [answer])
      await player.finish()
      await site.database.db
        .updateTable('quiz_attempts')
        .set({ duration_ms: duration })
        .where('id', '=', player.id)
        .execute()
    }
    await finished('slow', '7', 9000)
    await finished('wrong', '8', 10)
    await finished('quick', '7', 1000)
    await finished('equal', '7', 1000)
    await startPlaying(site.visitor(), code, 'unfinished')
    const { body } = await site.visitor().get(`/api/play/${code}/leaderboard`)
    expect(body.map((place: { rank: number; nickname: string }) => [place.rank, place.nickname])).toEqual([
      [1, 'quick'],
      [1, 'equal'],
      [3, 'slow'],
      [4, 'wrong'],
    ])
    expect(body[0]).toMatchObject({ score: 1, maxScore: 9, durationMs: 1000 })
    expect(id).not.toBe('')
  })

  it('Q-01: an attempt that nobody finishes expires after a day', async () => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const player = await startPlaying(site.visitor(), code)
    site.travel(hours(24) + 1)
    const bucket = new Bucket(BUCKET)
    await cleanUp(site.database, bucket)
    bucket.close()
    expect((await player.look()).body.state).toBe('expired')
    expect([(await player.answer(0, ['7'])).status, (await player.finish()).status]).toEqual([409, 409])
  })

  it.each([
    ['empty', ' ', 'must not be empty'],
    ['too long', '🦊'.repeat(41), 'must have at most 40 characters, has 41'],
    ['a line end', 'a\nb', 'must not contain control characters'],
    ['half a character', 'a\ud800', 'must be well-formed Unicode'],
  ])('Q-01: a nickname that is %s is refused', async (_title, nickname, message) => {
    await using site = await start()
    const { code } = await publishQuiz(await site.visitor().join('alice'))
    const { status, body } = await site.visitor().post(`/api/play/${code}/attempts`, { nickname })
    expect([status, body.errors]).toEqual([422, [{ path: 'nickname', message }]])
  })
})
