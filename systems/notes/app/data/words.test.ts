import { describe, expect, it } from 'vitest'
import { searchFor, searchWords, wordsOf } from './words.ts'

describe('the words of a text', () => {
  it.each([
    ['Buy milk, buy MILK!', ['buy', 'milk']],
    ['Café García naïve', ['cafe', 'garcia', 'naive']],
    ['Straße und Ärger', ['straße', 'und', 'arger']],
    ['C++ & C#, 3.14', ['c', '3', '14']],
    ['雪国の冬 2026', ['雪', '国', 'の', '冬', '2026']],
    ['snake_case', ['snake_case']],
    ['🎉 — …', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  it('are cut where the full-text index would leave them out', () => {
    expect(wordsOf('x'.repeat(500))).toEqual(['x'.repeat(80)])
    expect(searchFor('x'.repeat(500))?.terms[0]?.expression).toHaveLength(84)
  })

  it('are kept so that none is too short or a stop word', () => {
    expect(searchWords('To be', 'or not to be', 'a')).toBe(' zzto zzbe zzor zznot zza ')
  })
})

describe('a search', () => {
  it('takes what is typed as words, never as operators', () => {
    expect(
      searchFor('+milk -bread "exact phrase" (a|b) ~c >d <e @3 100%_ \' or 1=1 --')?.terms.map(term => term.expression),
    ).toEqual(['+zzmilk', '+zzbread', '+zzexact', '+zzphrase', '+zza', '+zzb', '+zzc', '+zzd', '+zze', '+zz3*'])
  })

  it('finds the last word as the beginning of a longer one, the others whole', () => {
    expect(searchFor('buy mil')?.terms).toEqual([
      { expression: '+zzbuy', pattern: '% zzbuy %' },
      { expression: '+zzmil*', pattern: '% zzmil%' },
    ])
    expect(searchFor('a_b')?.terms[0]?.pattern).toBe('% zza!_b%')
  })

  it('is none without a letter or a digit', () => {
    expect(searchFor('+++ 🎉')).toBeUndefined()
  })
})
