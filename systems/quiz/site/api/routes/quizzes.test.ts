import { expect, it } from 'vitest'
import { makeQuiz, publishQuiz, QUESTIONS, startPlaying } from '../testing/quizzes.ts'
import { describeSite } from '../testing/running-site.ts'

describeSite('quizzes', start => {
  it('Q-01: an author makes, changes, finds, publishes, closes and copies a quiz', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const made = await author.post('/api/quizzes', { title: ' Numbers ', description: 'All of\r\nthem' })
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: expect.any(String),
        title: 'Numbers',
        description: 'All of\nthem',
        state: 'draft',
        code: null,
        questionCount: 0,
        attemptCount: 0,
        updatedAt: expect.any(String),
        version: 1,
      },
    ])
    const { id } = made.body
    const early = await author.post(`/api/quizzes/${id}/publish`)
    expect([early.status, early.body.errors]).toEqual([
      422,
      [{ path: 'questions', message: 'must have at least one question' }],
    ])
    const changed = await author.put(`/api/quizzes/${id}`, { title: 'More numbers', description: '', version: 1 })
    expect(changed.body).toMatchObject({ title: 'More numbers', version: 2 })
    const stale = await author.put(`/api/quizzes/${id}`, { title: 'Lost', description: '', version: 1 })
    expect(stale.status).toBe(409)
    await author.post(`/api/quizzes/${id}/questions`, QUESTIONS[0])
    const published = await author.post(`/api/quizzes/${id}/publish`)
    expect(published.body).toMatchObject({ state: 'published', code: expect.stringMatching(/^[a-z2-9]{8}$/) })
    expect((await author.post(`/api/quizzes/${id}/publish`)).status).toBe(409)
    const copied = await author.post(`/api/quizzes/${id}/copy`)
    expect(copied.body).toMatchObject({ title: 'More numbers (copy)', state: 'draft', code: null, questionCount: 1 })
    await author.post('/api/quizzes', { title: '100% other' })
    const titles = async (query: string) =>
      (await author.get(`/api/quizzes${query}`)).body.map(({ title }: { title: string }) => title)
    expect(await titles('')).toHaveLength(3)
    expect(await titles('?q=NUMB&state=draft')).toEqual(['More numbers (copy)'])
    expect(await titles('?q=%25')).toEqual(['100% other'])
    const page = await author.get('/api/quizzes?limit=1&offset=1')
    expect([page.body.length, page.headers.get('x-total-count')]).toEqual([1, '3'])
  })

  it('Q-01: a deleted quiz is gone with its code, until it is restored', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { id, code } = await publishQuiz(author)
    expect((await author.delete(`/api/quizzes/${id}`)).status).toBe(204)
    expect((await author.delete(`/api/quizzes/${id}`)).status).toBe(404)
    expect([(await author.get(`/api/quizzes/${id}`)).status, (await author.get('/api/quizzes')).body]).toEqual([
      404,
      [],
    ])
    expect((await site.visitor().get(`/api/play/${code}`)).status).toBe(404)
    expect((await author.post(`/api/quizzes/${id}/restore`)).body).toMatchObject({ state: 'published', code })
    expect((await site.visitor().get(`/api/play/${code}`)).status).toBe(200)
  })

  it('Q-01: questions keep their options’ ids, are put in order, and stay once somebody has begun', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const id = await makeQuiz(author)
    const { body: whole } = await author.get(`/api/quizzes/${id}`)
    const [first] = whole.questions
    const options = [...first.options].reverse().map(({ pictureUrl: _, ...option }: Record<string, unknown>) => option)
    const replaced = await author.put(`/api/questions/${first.id}`, { ...first, options: [...options, { text: '9' }] })
    expect(replaced.body.options.map((option: { id: string }) => option.id)).toEqual([
      first.options[1].id,
      first.options[0].id,
      expect.any(String),
    ])
    const ids = whole.questions.map((question: { id: string }) => question.id).reverse()
    const ordered = await author.put(`/api/quizzes/${id}/question-order`, { questionIds: ids })
    expect(ordered.body.map((question: { id: string }) => question.id)).toEqual(ids)
    expect((await author.put(`/api/quizzes/${id}/question-order`, { questionIds: ids.slice(1) })).status).toBe(422)
    const { body } = await author.post(`/api/quizzes/${id}/publish`)
    await startPlaying(site.visitor(), body.code)
    const refused = [
      await author.put(`/api/questions/${first.id}`, first),
      await author.delete(`/api/questions/${first.id}`),
      await author.post(`/api/quizzes/${id}/questions`, QUESTIONS[0]),
      await author.put(`/api/quizzes/${id}/question-order`, { questionIds: ids }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 409, 409])
  })

  it('Q-01: incomplete questions are kept in a draft, and named when it is to be published', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const id = await makeQuiz(author, [
      QUESTIONS[0],
      { kind: 'several', text: '' },
      { kind: 'picture', text: 'Which?' },
    ])
    const { status, body } = await author.post(`/api/quizzes/${id}/publish`)
    expect([status, body.errors]).toEqual([
      422,
      [
        { path: 'questions.1', message: 'needs a text' },
        { path: 'questions.1', message: 'needs at least 2 options' },
        { path: 'questions.1', message: 'needs at least one right option' },
        { path: 'questions.2', message: 'needs at least 2 options' },
        { path: 'questions.2', message: 'needs exactly one right option' },
      ],
    ])
  })

  it('Q-01: another author’s quiz, questions and results are not found, whatever is asked of them', async () => {
    await using site = await start()
    const alice = await site.visitor().join('alice')
    const mallory = await site.visitor().join('mallory')
    const { id } = await publishQuiz(alice)
    const questionId = (await alice.get(`/api/quizzes/${id}`)).body.questions[0].id
    const answers = [
      await mallory.get(`/api/quizzes/${id}`),
      await mallory.put(`/api/quizzes/${id}`, { title: 'x', version: 1 }),
      await mallory.delete(`/api/quizzes/${id}`),
      await mallory.post(`/api/quizzes/${id}/restore`),
      await mallory.post(`/api/quizzes/${id}/close`),
      await mallory.post(`/api/quizzes/${id}/copy`),
      await mallory.post(`/api/quizzes/${id}/questions`, QUESTIONS[0]),
      await mallory.put(`/api/quizzes/${id}/question-order`, { questionIds: [] }),
      await mallory.put(`/api/questions/${questionId}`, QUESTIONS[0]),
      await mallory.delete(`/api/questions/${questionId}`),
      await mallory.get(`/api/quizzes/${id}/results`),
      await mallory.get(`/api/quizzes/${id}/results.csv`),
      await mallory.get('/api/quizzes/%00'),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    expect((await site.visitor().get(`/api/quizzes/${id}`)).status).toBe(401)
    expect((await alice.get(`/api/quizzes/${id}`)).body).toMatchObject({ state: 'published', questionCount: 4 })
  })

  it('Q-01: script and long Unicode are text like any other, and come back as they were', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const script = '<script>alert("1")</script>'
    const title = '🦊'.repeat(200)
    const { body: quiz } = await author.post('/api/quizzes', { title, description: script })
    const question = { kind: 'text', text: script, explanation: script, answers: [script] }
    const added = await author.post(`/api/quizzes/${quiz.id}/questions`, question)
    expect([quiz.title, quiz.description, added.body]).toMatchObject([title, script, question])
    expect(added.headers.get('content-type')).toContain('application/json')
    expect(added.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    ['title', { title: '🦊'.repeat(201) }, 'title', 'must have at most 200 characters, has 201'],
    ['no title', {}, 'title', 'is required'],
    ['NUL', { title: 'a', description: 'a\u0000' }, 'description', 'must not contain control characters'],
    ['a number', { title: 'a', description: 5 }, 'description', 'must be text'],
  ])('Q-01: a quiz with a wrong field (%s) is refused at the field', async (_title, body, path, message) => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const answer = await author.post('/api/quizzes', body)
    expect([answer.status, answer.body.errors]).toEqual([422, [{ path, message }]])
  })

  it('Q-01: options with made-up ids, too many of them, and unknown kinds are refused', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { body: quiz } = await author.post('/api/quizzes', { title: 'x' })
    const errors = async (question: unknown) =>
      (await author.post(`/api/quizzes/${quiz.id}/questions`, question)).body.errors?.map(
        ({ path }: { path: string }) => path,
      )
    expect(await errors({ kind: 'one', options: [{ id: 'abcdefghijklmnop', text: 'x' }] })).toEqual(['options.0.id'])
    expect(await errors({ kind: 'one', options: Array.from({ length: 13 }, () => ({ text: 'x' })) })).toEqual([
      'options',
    ])
    expect(await errors({ kind: 'essay' })).toEqual(['kind'])
    expect(await errors({ kind: 'one', points: 1.5 })).toEqual(['points'])
    expect(await errors('[]')).toEqual([''])
  })

  it('Q-01: the same Idempotency-Key makes one quiz; another account’s keys are its own', async () => {
    await using site = await start()
    const [alice, bob] = [await site.visitor().join('alice'), await site.visitor().join('bob')]
    const key = { 'idempotency-key': 'a' }
    const [one, two] = await Promise.all([
      alice.post('/api/quizzes', { title: 'x' }, key),
      alice.post('/api/quizzes', { title: 'x' }, key),
    ])
    expect(two.body).toEqual(one.body)
    expect((await bob.post('/api/quizzes', { title: 'x' }, key)).body.id).not.toBe(one.body.id)
    expect((await alice.post('/api/quizzes', { title: 'y' }, key)).status).toBe(422)
    expect((await alice.get('/api/quizzes')).body).toHaveLength(1)
  })
})
