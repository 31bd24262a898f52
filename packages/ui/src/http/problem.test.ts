import { describe, expect, it } from 'vitest'
import { messagesByField, readProblem } from './problem.ts'

describe('problem documents', () => {
  it('gives the detail and the message of each field, however its path is written', () => {
    const problem = readProblem({
      type: 'about:blank',
      title: 'Unprocessable Content',
      status: 422,
      detail: 'the request has 2 problems',
      errors: [
        { path: 'body.title', message: 'Enter a title' },
        { path: '/author', message: 'An author has at most 255 characters' },
        { path: 'title', message: 'a second message about the title' },
      ],
    })
    expect(problem?.detail).toBe('the request has 2 problems')
    expect(problem && messagesByField(problem)).toEqual({
      title: 'Enter a title',
      author: 'An author has at most 255 characters',
    })
  })

  it('makes do with a detail alone', () => {
    expect(readProblem({ detail: 'Book not found' })).toMatchObject({
      title: 'Book not found',
      detail: 'Book not found',
      errors: [],
    })
  })

  it('keeps the members that an API adds', () => {
    expect(readProblem({ detail: 'Short of stock', shortages: [{ available: 3 }] })?.members?.shortages).toEqual([
      { available: 3 },
    ])
  })

  it('takes nothing else for a problem document', () => {
    for (const body of [undefined, null, '<html>', [], {}, { detail: [{ msg: 'x' }] }]) {
      expect(readProblem(body)).toBeUndefined()
    }
  })
})
