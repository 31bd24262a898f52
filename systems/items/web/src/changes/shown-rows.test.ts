import { describe, expect, it } from 'vitest'
import type { Item, ItemPage } from '../api/types.ts'
import { type Change, type ChangesSnapshot, NO_CHANGES } from './change.ts'
import { BEHIND_MS, shownRows } from './shown-rows.ts'

const NOW = 1_000_000
const itemOf = (name: string, minute: number, version = 1): Item => ({
  id: name,
  name,
  description: '',
  createdAt: `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`,
  updatedAt: '2026-11-20T10:00:00.000Z',
  version,
})
const PAGE: ItemPage = { items: [itemOf('c', 30), itemOf('b', 20)], next: 'more' }
const first = { q: '', isFirst: true, now: NOW }
const names = (page: ItemPage, known: Partial<ChangesSnapshot>, options = first) =>
  shownRows(page, { ...NO_CHANGES, ...known }, options).map(
    ({ text, isSaving }) => `${text.name}${isSaving ? ' saving' : ''}`,
  )
const creation = (name: string, state: Change['state'] = { kind: 'saving' }): Change => ({
  kind: 'create',
  key: name,
  text: { name, description: '' },
  state,
})
const confirmed = (...items: readonly Item[]) => ({
  confirmed: new Map(items.map(item => [item.id, { item, at: NOW - 1 }])),
})

describe('the rows of a page', () => {
  it('begin with what is being saved, the latest first, on the first page and where the search finds it (I-02)', () => {
    const changes = [creation('Cup'), creation('Pen')]
    expect(names(PAGE, { changes })).toEqual(['Pen saving', 'Cup saving', 'c', 'b'])
    expect(names(PAGE, { changes }, { ...first, isFirst: false })).toEqual(['c', 'b'])
    expect(names({ items: [], next: null }, { changes }, { ...first, q: 'cU' })).toEqual(['Cup saving'])
  })

  it('are as the API says once something has failed (I-02)', () => {
    const failed = { kind: 'failed', error: new Error('x') } as const
    const edit: Change = {
      kind: 'edit',
      key: 'k',
      base: itemOf('c', 30),
      text: { name: 'C!', description: '' },
      state: { kind: 'saving' },
    }
    expect(names(PAGE, { changes: [edit] })).toEqual(['C! saving', 'b'])
    expect(names(PAGE, { changes: [creation('Cup', failed), { ...edit, state: failed }] })).toEqual(['c', 'b'])
  })

  it('have what was confirmed although the list is behind, in its place and only within the page (I-02)', () => {
    const known = confirmed(itemOf('new', 40), itemOf('between', 25), itemOf('older page', 10))
    expect(names(PAGE, known)).toEqual(['new', 'c', 'between', 'b'])
    expect(names(PAGE, known, { ...first, isFirst: false })).toEqual(['c', 'between', 'b'])
    expect(names({ ...PAGE, next: null }, known)).toEqual(['new', 'c', 'between', 'b', 'older page'])
    expect(names(PAGE, known, { ...first, now: NOW + BEHIND_MS })).toEqual(['c', 'b'])
  })

  it('show the newer of what the list and what a confirmation says (I-02)', () => {
    const renamed = { ...itemOf('c', 30, 2), name: 'C2' }
    expect(names(PAGE, confirmed(renamed))).toEqual(['C2', 'b'])
    const later = { ...PAGE, items: [{ ...itemOf('c', 30, 3), name: 'C3' }, itemOf('b', 20)] }
    expect(names(later, confirmed(renamed))).toEqual(['C3', 'b'])
  })

  it('lack what was deleted here (I-02)', () => {
    expect(names(PAGE, { removed: new Map([['c', NOW - 1]]) })).toEqual(['b'])
    expect(names(PAGE, { ...confirmed(itemOf('c', 30, 2)), removed: new Map([['c', NOW - 1]]) })).toEqual(['b'])
  })
})
