import { createHash } from 'node:crypto'
import { type App, inTransaction, notFound, type ServiceContext, write } from '@terrace/service'
import type { FastifyReply } from 'fastify'
import type { Assets } from '../assets/assets.ts'
import { insertNote, noteById, updateNote } from '../data/notes.ts'
import { removedTitle, removeNote, restoreNote } from '../data/removed.ts'
import type { Tables } from '../data/tables.ts'
import { doneIn, fieldOf, formOf, NOTE_BODY_BYTES, readNote, typedIn, versionIn } from '../http/form.ts'
import { frameOf, ownAddress, readTheme, THEME_COOKIE } from '../http/frame.ts'
import { idOf, sendPage } from '../http/pages-scope.ts'
import { formPage } from '../pages/form-page.ts'
import { text } from '../pages/text.ts'
import type { NotesVariables } from '../settings.ts'

/** What forms and buttons do. Each is a POST that ends with a redirection, so that a reload repeats nothing. */
export function addActionRoutes(
  app: App,
  { database, clock }: ServiceContext<NotesVariables, Tables>,
  assets: Assets,
): void {
  const noteForm = { bodyLimit: NOTE_BODY_BYTES, config: { isNoteForm: true } }

  app.post('/notes', noteForm, async (request, reply) => {
    const form = formOf(request.body)
    const typed = typedIn(form)
    const key = fieldOf(form, 'key')
    const { note, errors } = readNote(typed)
    if (errors) return sendPage(reply, formPage(frameOf(request, assets), { typed, key, errors }), 422)
    // The same form sent twice is one note; the same form with another text, after going back to it, is another.
    request.headers['idempotency-key'] = key === '' ? undefined : hash(`${key} ${JSON.stringify(note)}`)
    request.body = note
    await write(database, request, reply, async transaction => {
      const { id } = await insertNote(transaction, { ...note, done: false }, clock.now())
      return { status: 201, body: { id } }
    })
    request.session.flash('added')
    return seeOther(reply, '/')
  })

  app.post('/notes/:id', noteForm, async (request, reply) => {
    const id = needId(idOf(request))
    const form = formOf(request.body)
    const typed = typedIn(form)
    const version = versionIn(form)
    const { note, errors } = readNote(typed)
    if (errors) return sendPage(reply, formPage(frameOf(request, assets), { id, typed, version, errors }), 422)
    const outcome = await inTransaction(database, transaction =>
      updateNote(transaction, id, note, clock.now(), version),
    )
    if (outcome === 'missing') throw notFound(text.noteMissing)
    if (outcome === 'outdated') {
      const present = (await noteById(database.db, id))?.version
      const again = { id, typed, version: present, warning: text.outdated, outdated: true }
      return sendPage(reply, formPage(frameOf(request, assets), again), 409)
    }
    request.session.flash('saved')
    return seeOther(reply, `/notes/${id}`)
  })

  app.post('/notes/:id/done', async (request, reply) => {
    const id = needId(idOf(request))
    const form = formOf(request.body)
    const done = doneIn(form)
    const outcome = await inTransaction(database, transaction => updateNote(transaction, id, { done }, clock.now()))
    if (outcome === 'missing') throw notFound(text.noteMissing)
    const back = ownAddress(fieldOf(form, 'back'))
    return seeOther(reply, back.startsWith('/notes/') ? back : `${back}#note-${id}`)
  })

  app.post('/notes/:id/remove', async (request, reply) => {
    const id = needId(idOf(request))
    const removed = await inTransaction(database, transaction => removeNote(transaction, id, clock.now()))
    // The button was pressed twice: it is done.
    if (!removed && (await removedTitle(database.db, id)) === undefined) throw notFound(text.noteMissing)
    request.session.flash(`removed ${id}`)
    return seeOther(reply, listOf(fieldOf(formOf(request.body), 'back')))
  })

  app.post('/notes/:id/restore', async (request, reply) => {
    const id = needId(idOf(request))
    const restored =
      (await inTransaction(database, transaction => restoreNote(transaction, id))) ||
      (await noteById(database.db, id)) !== undefined
    request.session.flash(restored ? `restored ${id}` : 'lost')
    return seeOther(reply, ownAddress(fieldOf(formOf(request.body), 'back')))
  })

  // A matter of taste of one browser: no token, so that it works on every page.
  app.post('/theme', { config: { csrf: 'origin' } }, (request, reply) => {
    const form = formOf(request.body)
    const theme = readTheme(fieldOf(form, 'theme'))
    const options = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const
    if (theme === 'system') reply.clearCookie(THEME_COOKIE, options)
    else reply.setCookie(THEME_COOKIE, theme, { ...options, maxAge: 365 * 24 * 3600 })
    return seeOther(reply, ownAddress(fieldOf(form, 'back')))
  })
}

const seeOther = (reply: FastifyReply, address: string): FastifyReply => reply.redirect(address, 303)

/** The list that is gone back to; the page of a note that is gone is none. */
const listOf = (back: string): string => {
  const address = ownAddress(back)
  return address.startsWith('/notes/') ? '/' : address
}

function needId(id: number | undefined): number {
  if (id === undefined) throw notFound(text.noteMissing)
  return id
}

const hash = (value: string): string => createHash('sha256').update(value).digest('hex')
