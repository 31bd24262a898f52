import { describe, expect, it } from 'vitest'
import { emptyOption, freeKey, inputOf, newDraft, type QuestionDraft, withKind, withMark } from './question-draft.ts'

const twoRight: QuestionDraft = {
  ...newDraft('several'),
  options: [
    { ...emptyOption('a'), text: 'A', correct: true },
    { ...emptyOption('b'), id: 'option-b', text: ' B ', correct: true },
    emptyOption('c'),
  ],
}

describe('a question while somebody works on it', () => {
  it('keeps one mark when it becomes one choice, and each mark takes the others away then', () => {
    const single = withKind(twoRight, 'one')
    expect(single.options.map(({ correct }) => correct)).toEqual([true, false, false])
    expect(withMark(single, 'b', true).options.map(({ correct }) => correct)).toEqual([false, true, false])
    expect(withMark(twoRight, 'c', true).options.map(({ correct }) => correct)).toEqual([true, true, true])
  })

  it('sends options that hold something, with the ids they had, and marks only where there are any', () => {
    expect(inputOf(twoRight).options).toEqual([
      { text: 'A', pictureId: null, correct: true },
      { id: 'option-b', text: 'B', pictureId: null, correct: true },
    ])
    expect(inputOf(withKind(twoRight, 'order')).options.every(({ correct }) => !correct)).toBe(true)
  })

  it('sends accepted answers without empty lines, and only for a text', () => {
    const text = { ...twoRight, kind: 'text', answers: ' Paris \n\nparis\n' } as const
    expect(inputOf(text)).toMatchObject({ answers: ['Paris', 'paris'], options: [] })
    expect(inputOf({ ...text, kind: 'one' }).answers).toEqual([])
  })

  it('gives new options keys of their own, also after one was removed', () => {
    expect(freeKey([emptyOption('new-0'), emptyOption('new-2')])).toBe('new-3')
    expect(freeKey([])).toBe('new-0')
  })
})
