import { describe, expect, it } from 'vitest'
import { stillMatching } from './still-matching.ts'

describe('choices while a newer answer is on its way', () => {
  it('are only those that match what is typed by now (L-06)', () => {
    const choices = [
      { id: '1', name: 'Evening Trains', note: 'Writer Five' },
      { id: '2', name: 'Émile', note: 'Writer Six' },
    ]
    expect(stillMatching(choices, ' emi').map(({ id }) => id)).toEqual(['2'])
    expect(stillMatching(choices, 'FIVE').map(({ id }) => id)).toEqual(['1'])
    expect(stillMatching(choices, '')).toEqual(choices)
  })
})
