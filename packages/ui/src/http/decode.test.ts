import { describe, expect, it } from 'vitest'
import { boolean, list, nullable, number, object, oneOf, text } from './decode.ts'

const book = object<{ id: number; title: string; available: boolean; due_date: string | null }>({
  id: number,
  title: text,
  available: boolean,
  due_date: nullable(text),
})

describe('decoders', () => {
  it('take what was agreed and leave out what was added', () => {
    const given = { id: 1, title: 'Dune', available: true, due_date: null, shelf: 'A' }
    expect(list(book)([given])).toEqual([{ id: 1, title: 'Dune', available: true, due_date: null }])
  })

  it('say where the answer is something else', () => {
    expect(() => list(book)([{ id: '1', title: 'Dune', available: true, due_date: null }])).toThrow(
      'the answer[0].id should be a number, but is "1"',
    )
    expect(() => book('<html>')).toThrow('the answer should be an object, but is "<html>"')
    expect(() => book({ id: 1, available: true })).toThrow('the answer.title should be a text, but is missing')
  })

  it('take only the texts that were agreed where there are a few', () => {
    const state = oneOf('draft', 'published')
    expect(state('draft')).toBe('draft')
    expect(() => state('gone')).toThrow('the answer should be one of draft, published, but is "gone"')
  })
})
