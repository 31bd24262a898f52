import { seeded } from '@terrace/kit'
import type { Mariadb } from '@terrace/service/testing'
import { searchWords } from '../../systems/notes/app/data/words.ts'

/** Rows that one statement brings in. */
const BATCH = 1000

/** Words, the first ones the most common: how often a word stands in a note falls as in a language. */
export const vocabulary = (seed: number): readonly string[] => {
  const random = seeded(`words ${seed}`)
  return Array.from({ length: 5000 }, () => random.text(3 + random.integer(8), 'abcdefghijklmnopqrstuvwxyz'))
}

const TAGS = ['home', 'work', 'garden', 'this week', 'reading', 'someday', 'büro', 'calls']

/** Notes of an ordinary size: titles of a few words, descriptions of up to 120 characters, some tags, a fifth done. */
export async function fill(mariadb: Mariadb, database: string, count: number, seed: number): Promise<void> {
  const random = seeded(seed)
  const words = vocabulary(seed)
  const word = () => words[Math.floor(random.next() ** 3 * words.length)] ?? ''
  for (let first = 1; first <= count; first += BATCH) {
    const [notes, tagged, found]: [string[], string[], string[]] = [[], [], []]
    for (let id = first; id < first + BATCH; id++) {
      const title = text(word, 2 + random.integer(4), 64)
      const description = id % 7 === 0 ? '' : text(word, 5 + random.integer(12), 120)
      const tags = [...new Set(Array.from({ length: random.integer(3) }, () => random.pick(TAGS)))]
      const done = random.integer(5) === 0 ? 1 : 0
      const moment = new Date(Date.UTC(2026, 0, 1) + id * 240_000).toISOString().slice(0, 19).replace('T', ' ')
      notes.push(`(${id},'${title}','${description}','${tags}',${done},1,'${moment}','${moment}')`)
      tagged.push(...tags.map(tag => `('${tag}',${id},${done})`))
      found.push(`(${id},'${searchWords(title, description, tags.join(','))}')`)
    }
    await mariadb.run(
      database,
      `insert into notes (id, title, description, tags, done, version, created_at, updated_at) values ${notes}`,
      `insert into note_tags (tag, note_id, done) values ${tagged}`,
      `insert into note_words (note_id, words) values ${found}`,
    )
  }
}

const text = (word: () => string, count: number, longest: number): string =>
  `${Array.from({ length: count }, word).join(' ')} & co.`.slice(0, longest)
