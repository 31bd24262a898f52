import { describe, expect, it } from 'vitest'
import { changeListState, type ListSpec, readListState, writeListState } from './list-state.ts'

const spec: ListSpec<'title' | 'due_date', 'all' | 'lent'> = {
  columns: ['title', 'due_date'],
  defaultSort: { column: 'title', direction: 'ascending' },
  filters: ['all', 'lent'],
  defaultFilter: 'all',
}

describe('the state of a list in the address', () => {
  it('comes back as it was written', () => {
    const state = {
      q: 'räuber & söhne',
      filter: 'lent',
      sort: { column: 'due_date', direction: 'descending' },
      page: 3,
    } as const
    const address = writeListState(state, spec).toString()
    expect(readListState(new URLSearchParams(address), spec)).toEqual(state)
  })

  it('leaves out what is at its default', () => {
    expect(writeListState(readListState(new URLSearchParams(), spec), spec).toString()).toBe('')
  })

  it('takes what is not offered as the default', () => {
    const state = readListState(new URLSearchParams('sort=-colour&show=burnt&page=-4'), spec)
    expect(state).toEqual({ q: '', filter: 'all', sort: spec.defaultSort, page: 1 })
  })

  it('starts at the first page when one looks for something else', () => {
    const state = { ...readListState(new URLSearchParams('page=7'), spec) }
    expect(changeListState(state, { q: 'dune' }).page).toBe(1)
    expect(changeListState(state, { page: 8 }).page).toBe(8)
  })
})
