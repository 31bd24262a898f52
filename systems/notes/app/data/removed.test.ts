import { hours, minutes, systemClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { describeNotes } from '../testing/running-notes.ts'
import { forgetRemoved } from './removed.ts'

describeNotes('a removed note', server => {
  it('can be brought back for an hour, whole, and is forgotten after it (N-01)', async () => {
    await using running = await server.start()
    const { client, db } = running
    const { body: note } = await client.post('/api/notes', { title: 'One', tags: ['home'], done: true })
    await client.delete('/api/notes/1')
    await forgetRemoved(db, systemClock.now() + minutes(59))
    expect((await client.post('/api/notes/1/restore')).body).toEqual(note)
    expect((await client.get('/api/notes?tag=home&done=true')).body).toEqual([note])
    await client.delete('/api/notes/1')
    await forgetRemoved(db, systemClock.now() + hours(1) + minutes(1))
    expect((await client.post('/api/notes/1/restore')).status).toBe(404)
    for (const table of ['notes', 'note_tags', 'note_words', 'removed_notes'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([])
  })

  it('is removed once and brought back once, however many ask at the same time (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    await client.post('/api/notes', { title: 'One', tags: ['home'] })
    const removals = await Promise.all(Array.from({ length: 8 }, () => client.delete('/api/notes/1')))
    expect(removals.map(({ status }) => status).sort()).toEqual([204, ...Array.from({ length: 7 }, () => 404)])
    const returns = await Promise.all(Array.from({ length: 8 }, () => client.post('/api/notes/1/restore')))
    expect(returns.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect((await client.get('/api/notes')).body).toHaveLength(1)
  })
})
