import { systemClock } from '@terrace/kit'
import { connect, databaseVariables, readConfig } from '@terrace/service'
import { listNotes, type NoteList } from '../../systems/notes/app/data/list.ts'
import type { Tables } from '../../systems/notes/app/data/tables.ts'
import { vocabulary } from './fill.ts'

/** One kind of search and how long it took. */
export interface SearchTime {
  readonly typed: string
  /** Milliseconds, the median. */
  readonly took: number
}

/**
 * Times searches where the application asks the database: the statements, the way there and back, the rows read.
 *
 * @param url  `DATABASE_URL`
 */
export async function timeSearches(url: string, seed: number, rounds: number): Promise<readonly SearchTime[]> {
  const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
  if (!config) throw new Error(`not a database: ${url}`)
  const database = connect<Tables>(config, systemClock, { poolSize: 1 })
  try {
    const times: SearchTime[] = []
    for (const [typed, search] of searches(vocabulary(seed))) {
      const list = { limit: 50, shorten: 160, ...search }
      const took: number[] = []
      for (let round = 0; round < rounds + 2; round++) {
        const began = performance.now()
        await listNotes(database.db, list)
        if (round >= 2) took.push(performance.now() - began)
      }
      took.sort((a, b) => a - b)
      times.push({ typed, took: took[Math.floor(took.length / 2)] ?? 0 })
    }
    return times
  } finally {
    await database.close()
  }
}

function searches(words: readonly string[]): readonly (readonly [string, Partial<NoteList>])[] {
  const word = (at: number) => words[at] ?? ''
  return [
    ['the most common word', { q: word(0) }],
    ['a common word', { q: word(5) }],
    ['a word of middling frequency', { q: word(60) }],
    ['a less frequent word', { q: word(400) }],
    ['a rare word', { q: word(4999) }],
    ['no such word', { q: 'unheardof' }],
    ['one letter', { q: 'a' }],
    ['two letters of a word', { q: word(60).slice(0, 2) }],
    ['three letters of a word', { q: word(60).slice(0, 3) }],
    ['two common words', { q: `${word(0)} ${word(1)}` }],
    ['a common and a rare word', { q: `${word(0)} ${word(4000)}` }],
    ['a common word among the done with a tag', { q: word(0), tag: 'home', done: true }],
    ['a common word, pages later', { q: word(0), before: 40_000 }],
    ['a less frequent word, pages later', { q: word(400), before: 40_000 }],
  ]
}
