import { seeded, systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeNotes, type RunningNotes } from '../testing/running-notes.ts'
import { listNotes, type NoteList } from './list.ts'
import { insertNote } from './notes.ts'
import { wordsOf } from './words.ts'

const COUNT = 4000
const VOCABULARY = ['common', 'usual', 'middling', 'seldom', 'rareword', 'to', 'a', 'снег', '雪国', 'été']

/** Notes in which the first words are frequent and the last ones rare; the newest thousand has no `usual` at all. */
async function fill({ db }: RunningNotes) {
  const random = seeded(7)
  await db.transaction().execute(async transaction => {
    for (let number = 0; number < COUNT; number++) {
      const words = VOCABULARY.filter((_, rank) => random.next() < 0.7 / 2.2 ** rank)
      const title = words.filter(word => word !== 'usual' || number < COUNT - 1000).join(' ') || 'empty'
      const tags = random.integer(3) === 0 ? ['home'] : []
      const note = { title, description: '', tags, done: random.integer(4) === 0 }
      await insertNote(transaction, note, systemClock.now())
    }
  })
}

describeNotes('the search', server => {
  it('finds the same as looking at every note, for frequent and rare words, with filters, on every page (N-01)', async () => {
    await using running = await server.start()
    await fill(running)
    const all = await running.db
      .selectFrom('notes')
      .select(['id', 'title', 'tags', 'done'])
      .orderBy('id', 'desc')
      .execute()
    for (const q of [
      'common',
      'usual',
      'middling',
      'seldom',
      'rareword',
      'rare',
      'to',
      'a',
      'te',
      'ete',
      'снег',
      'сн',
      '雪',
      'common usual',
      'usual middl',
      'common rareword',
      'to a',
      'nowhere',
      'common nowhere',
    ]) {
      const words = wordsOf(q)
      for (const filter of [
        {},
        { done: true },
        { tag: 'home' },
        { tag: 'home', done: false },
      ] satisfies Partial<NoteList>[]) {
        const expected = all
          .filter(note => matches(wordsOf(`${note.title} ${note.tags}`), words))
          .filter(note => !('done' in filter) || note.done === Number(filter.done))
          .filter(note => !('tag' in filter) || note.tags === 'home')
          .map(note => note.id)
        const found: number[] = []
        for (let before: number | undefined; ; before = found.at(-1)) {
          const page = await listNotes(running.db, { q, ...filter, before, limit: 50 })
          found.push(...page.notes.map(note => note.id))
          if (!page.hasOlder || found.length >= 200) break
        }
        expect([q, filter, found]).toEqual([
          q,
          filter,
          expected.slice(0, Math.max(found.length, Math.min(200, expected.length))),
        ])
        const last = expected[Math.min(120, expected.length - 1)]
        if (last === undefined) continue
        const newer = await listNotes(running.db, { q, ...filter, after: last, limit: 50 })
        const at = expected.indexOf(last)
        expect([q, filter, newer.notes.map(note => note.id)]).toEqual([
          q,
          filter,
          expected.slice(Math.max(0, at - 50), at),
        ])
      }
    }
  }, 120_000)

  it('finds a note as soon as it is stored, and no longer when it is changed or removed (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    const found = async (q: string) => (await client.get(`/api/notes?q=${encodeURIComponent(q)}`)).body.length
    await client.post('/api/notes', {
      title: 'To be or not to be',
      description: 'who said it? 雪国',
      tags: ['the theatre'],
    })
    for (const q of ['to be', 'the', 'who', 'IT', 't', '雪', '国雪', 'theat', 'BE nót'])
      expect([q, await found(q)]).toEqual([q, 1])
    for (const q of ['e', 'ot', 'tobe', 'theatre now', '%', '_']) expect([q, await found(q)]).toEqual([q, 0])
    await client.patch('/api/notes/1', { title: 'Another' })
    expect([await found('another'), await found('to')]).toEqual([1, 0])
    await client.delete('/api/notes/1')
    expect(await found('another')).toBe(0)
    await client.post('/api/notes/1/restore')
    expect(await found('another')).toBe(1)
  })

  it('never counts: the statements behind a page of many notes read what they show', async () => {
    await using running = await server.start()
    await fill(running)
    const { rows } = await sql<{
      rows: string
      key: string
    }>`explain select id from notes order by id desc limit 51`.execute(running.db)
    expect(rows[0]).toMatchObject({ rows: '51', key: 'PRIMARY' })
    const tagged = await sql<{ table: string; key: string; Extra: string }>`explain select notes.id from note_tags
      inner join notes on notes.id = note_tags.note_id
      where note_tags.tag = 'home' and note_tags.done = 0 and note_tags.note_id < 900
      order by note_tags.note_id desc limit 51`.execute(running.db)
    expect(tagged.rows.map(row => row.key)).toEqual(['note_tags_done', 'PRIMARY'])
    expect(tagged.rows[0]?.Extra).not.toContain('filesort')
  })
})

const matches = (text: readonly string[], words: readonly string[]): boolean =>
  words.every((word, index) => text.some(one => (index === words.length - 1 ? one.startsWith(word) : one === word)))
