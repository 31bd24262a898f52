import { describe, expect, it } from 'vitest'
import type { Place } from '../frame/places.ts'
import { listHref, listQuery, newerStep, olderStep } from './list-place.ts'

const placeOf = (href: string, before: Place['before'] = []): Place => ({
  path: '/',
  query: new URL(href, 'http://localhost').searchParams,
  before,
})

describe('places in the list', () => {
  it('have an address with the search and the cursor in it, which reads back (I-02)', () => {
    const query = { q: 'a b&c', after: 'x+/=' }
    expect(listQuery(placeOf(listHref(query)))).toEqual(query)
    expect(listHref({ q: '', after: undefined })).toBe('/')
  })

  it('lead on and back the same way, with the search kept (I-02)', () => {
    const [second, on] = olderStep(placeOf('/?q=cup'), 'c2')
    const [third, further] = olderStep(placeOf(second, on.before), 'c3')
    expect([second, third]).toEqual(['/?q=cup&after=c2', '/?q=cup&after=c3'])
    expect(newerStep(placeOf(third, further.before))).toEqual(['/?q=cup&after=c2', { before: [null] }])
    expect(newerStep(placeOf(second, on.before))).toEqual(['/?q=cup', { before: [] }])
    expect(newerStep(placeOf('/?q=cup'))).toBeUndefined()
  })

  it('lead to the first page for whoever came by a link (I-02)', () => {
    expect(newerStep(placeOf('/?after=c9'))).toEqual(['/', { before: [] }])
  })
})
