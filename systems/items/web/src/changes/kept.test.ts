import { describe, expect, it } from 'vitest'
import { ReloadedError } from '../explain.ts'
import type { Change } from './change.ts'
import { keep, readKept } from './kept.ts'

/** As much of a browser's storage as is used. */
function storage(content?: string) {
  const entries = new Map<string, string>()
  return {
    getItem: (key: string) => content ?? entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
    entries,
  }
}

describe('what was typed and not saved', () => {
  it('outlives a reload with its key, its fate not known then (I-02)', () => {
    const place = storage()
    const text = { name: 'Cup', description: 'blue' }
    const change: Change = { kind: 'create', key: 'k', text, sent: text, state: { kind: 'saving' } }
    keep(place, [change])
    expect(readKept(place)).toEqual([{ ...change, state: { kind: 'failed', error: expect.any(ReloadedError) } }])
    keep(place, [])
    expect(place.entries.size).toBe(0)
  })

  it('is nothing when what is stored is something else (I-02)', () => {
    for (const content of ['', '{', '7', '[1]', '[{"kind":"edit","key":"k"}]'])
      expect(readKept(storage(content))).toEqual([])
  })
})
