import { expect, it } from 'vitest'
import { Gatherer } from './gatherer.ts'

it('asks a single question at once, and what comes up meanwhile together, at most so many', async () => {
  const asked: (readonly number[])[] = []
  const gatherer = new Gatherer<number, number>(async questions => {
    asked.push(questions)
    return questions.map(question => question * 10)
  }, 3)
  expect(await Promise.all([1, 2, 3, 4, 5].map(question => gatherer.ask(question)))).toEqual([10, 20, 30, 40, 50])
  expect(asked).toEqual([[1], [2, 3, 4], [5]])
})

it('tells everybody who asked together of a failure, and goes on', async () => {
  let fails = true
  const gatherer = new Gatherer<number, number>(async questions => {
    if (fails) throw new Error('away')
    return questions
  })
  const results = await Promise.allSettled([1, 2, 3].map(question => gatherer.ask(question)))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  fails = false
  expect(await gatherer.ask(4)).toBe(4)
})
