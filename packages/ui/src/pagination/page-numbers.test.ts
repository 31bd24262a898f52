import { describe, expect, it } from 'vitest'
import { pageNumbers } from './page-numbers.ts'

describe('the row of pages', () => {
  it('shows every page when there are few', () => {
    expect(pageNumbers(2, 4)).toEqual([1, 2, 3, 4])
  })

  it('keeps seven entries wherever one is, so that the buttons do not move', () => {
    for (const page of [1, 4, 5, 200, 396, 397, 400]) expect(pageNumbers(page, 400)).toHaveLength(7)
  })

  it('shows the neighbours of the page between two gaps', () => {
    expect(pageNumbers(200, 400)).toEqual([1, 'gap', 199, 200, 201, 'gap', 400])
  })
})
