import { RequestError } from '@terrace/ui'
import { describe, expect, it, vi } from 'vitest'
import { createQuestions, type Question } from './questions.ts'

const until = (questions: ReturnType<typeof createQuestions>, question: Question<unknown>) =>
  vi.waitFor(() => expect(questions.known(question).isFetching).toBe(false), { interval: 1 })

/** Counts how often it is asked; answers with what it is told to. */
function counted(answer: (count: number) => unknown) {
  let count = 0
  const question: Question<unknown> = { name: 'items a', ask: async () => answer(++count) }
  return { question, count: () => count }
}

describe('what was asked of the API', () => {
  it('is asked once for all who want it, shown at once again, and asked for again when it is old (I-02)', async () => {
    let now = 10_000
    const questions = createQuestions({ now: () => now })
    const { question, count } = counted(n => n)
    const stops = [questions.listen(question, () => {}), questions.listen(question, () => {})]
    await until(questions, question)
    expect([count(), questions.known(question).data]).toEqual([1, 1])
    for (const stop of stops) stop()
    questions.listen(question, () => {})()
    expect(count()).toBe(1)
    now += 5_000
    questions.listen(question, () => {})
    expect(questions.known(question)).toMatchObject({ data: 1, isFetching: true })
    await until(questions, question)
    expect(questions.known(question).data).toBe(2)
  })

  it('is asked for again after a failure, but not after a refusal, and keeps what is known (I-02)', async () => {
    const questions = createQuestions({ pausesMs: [0, 0] })
    const broken = counted(n => {
      if (n !== 3) throw new RequestError('broken', 'x', { status: 500 })
      return 'third'
    })
    questions.listen(broken.question, () => {})
    await until(questions, broken.question)
    expect(questions.known(broken.question)).toMatchObject({ data: 'third', error: undefined })
    questions.askAgain(broken.question)
    await until(questions, broken.question)
    expect(questions.known(broken.question).data).toBe('third')
    expect(questions.known(broken.question).error).toBeInstanceOf(RequestError)

    const refused = counted(() => {
      throw new RequestError('refused', 'x', { status: 404 })
    })
    const other = { ...refused.question, name: 'item b' }
    questions.listen(other, () => {})
    await until(questions, other)
    expect(refused.count()).toBe(1)
  })

  it('outdates by the beginning of the name, in sight at once and the rest when it is looked at again (I-02)', async () => {
    const questions = createQuestions()
    const seen = counted(n => n)
    const unseen = counted(n => n)
    const other = { ...unseen.question, name: 'items b' }
    questions.listen(seen.question, () => {})
    const stop = questions.listen(other, () => {})
    await until(questions, seen.question)
    await until(questions, other)
    stop()
    questions.outdate('items')
    await until(questions, seen.question)
    expect([seen.count(), unseen.count()]).toEqual([2, 1])
    questions.listen(other, () => {})
    await until(questions, other)
    expect(unseen.count()).toBe(2)
  })

  it('never lets an answer that was asked for before take the place of one that was put in (I-02)', async () => {
    const questions = createQuestions()
    const { promise, resolve } = Promise.withResolvers<string>()
    const question: Question<string> = { name: 'item a', ask: () => promise }
    questions.listen(question, () => {})
    questions.put('item a', 'newer')
    resolve('older')
    // Whoever waited for it has had their turn then.
    await new Promise(setImmediate)
    expect(questions.known(question)).toMatchObject({ data: 'newer', isFetching: false })
  })
})
