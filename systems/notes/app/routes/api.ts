import {
  type App,
  conflict,
  idempotencyHeaders,
  inTransaction,
  notFound,
  type ServiceContext,
  write,
} from '@terrace/service'
import * as z from 'zod'
import { listNotes } from '../data/list.ts'
import { type ChangeOutcome, insertNote, noteById, updateNote } from '../data/notes.ts'
import { removeNote, restoreNote } from '../data/removed.ts'
import type { Tables } from '../data/tables.ts'
import { NOTE_BODY_BYTES } from '../http/form.ts'
import {
  idParameter,
  type Note,
  type NoteChange,
  newNoteSchema,
  noteChangeSchema,
  noteQuerySchema,
  noteReplacementSchema,
  noteSchema,
} from '../schemas/note.ts'
import type { NotesVariables } from '../settings.ts'

const tags = ['notes']
const bodyLimit = NOTE_BODY_BYTES

/** `/api/notes`: the same notes for programs. */
export function addApiRoutes(app: App, { database, clock }: ServiceContext<NotesVariables, Tables>): void {
  const { db } = database

  app.get(
    '/api/notes',
    {
      schema: { tags, summary: 'List notes', querystring: noteQuerySchema, response: { 200: z.array(noteSchema) } },
    },
    async (request, reply) => {
      const { notes, hasOlder } = await listNotes(db, request.query)
      const last = notes.at(-1)
      if (hasOlder && last) reply.header('link', `<${nextAddress(request.url, last.id)}>; rel="next"`)
      return [...notes]
    },
  )

  app.post(
    '/api/notes',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Add a note',
        headers: idempotencyHeaders,
        body: newNoteSchema,
        response: { 201: noteSchema },
        problems: [403],
      },
    },
    (request, reply) =>
      write(database, request, reply, async transaction => {
        const note = await insertNote(transaction, request.body, clock.now())
        return { status: 201, body: note, location: `/api/notes/${note.id}` }
      }),
  )

  app.get(
    '/api/notes/:id',
    { schema: { tags, summary: 'Show a note', params: idParameter, response: { 200: noteSchema }, problems: [404] } },
    async request => (await noteById(db, request.params.id)) ?? refuse(),
  )

  const changed = async (id: number, { version, ...change }: NoteChange): Promise<Note> => {
    const outcome = await inTransaction(database, transaction =>
      updateNote(transaction, id, change, clock.now(), version),
    )
    return answer(outcome, await noteById(db, id))
  }

  app.put(
    '/api/notes/:id',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Replace a note',
        params: idParameter,
        body: noteReplacementSchema,
        response: { 200: noteSchema },
        problems: [403, 404, 409],
      },
    },
    request => changed(request.params.id, request.body),
  )

  app.patch(
    '/api/notes/:id',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Change a note',
        params: idParameter,
        body: noteChangeSchema,
        response: { 200: noteSchema },
        problems: [403, 404, 409],
      },
    },
    request => changed(request.params.id, request.body),
  )

  app.delete(
    '/api/notes/:id',
    {
      schema: {
        tags,
        summary: 'Remove a note',
        params: idParameter,
        response: { 204: z.void() },
        problems: [403, 404],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await inTransaction(database, transaction => removeNote(transaction, id, clock.now())))) refuse()
      return reply.code(204).send()
    },
  )

  app.post(
    '/api/notes/:id/restore',
    {
      schema: {
        tags,
        summary: 'Bring a removed note back, within an hour',
        params: idParameter,
        response: { 200: noteSchema },
        problems: [403, 404],
      },
    },
    async request => {
      const { id } = request.params
      await inTransaction(database, transaction => restoreNote(transaction, id))
      return (await noteById(db, id)) ?? refuse()
    },
  )
}

function answer(outcome: ChangeOutcome, note: Note | undefined): Note {
  if (outcome === 'missing' || !note) return refuse()
  if (outcome === 'outdated') throw conflict(`The note was changed in the meantime; its version is ${note.version}`)
  return note
}

const refuse = (): never => {
  throw notFound('Note not found')
}

function nextAddress(url: string, before: number): string {
  const [path = '', query] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('before', String(before))
  return `${path}?${parameters}`
}
