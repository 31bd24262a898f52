import { type App, notFound, type ServiceContext } from '@terrace/service'
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import type { Assets } from '../assets/assets.ts'
import { compileNewest, listNotes, type NotePage, newestNotes } from '../data/list.ts'
import { noteById } from '../data/notes.ts'
import { removedTitle } from '../data/removed.ts'
import type { Tables } from '../data/tables.ts'
import { frameOf } from '../http/frame.ts'
import { idOf, sendPage } from '../http/pages-scope.ts'
import { errorPage } from '../pages/error-page.ts'
import { formPage } from '../pages/form-page.ts'
import type { Notice } from '../pages/layout.ts'
import { listPage, SHORTENED } from '../pages/list-page.ts'
import { type ListQuery, readListQuery } from '../pages/list-query.ts'
import { notePage } from '../pages/note-page.ts'
import { text } from '../pages/text.ts'
import type { Note } from '../schemas/note.ts'
import type { NotesVariables } from '../settings.ts'

/** Notes on one page of the list. */
export const PER_PAGE = 50

/** The pages that are looked at. None of them changes a note. */
export function addPageRoutes(
  app: App,
  { database, random }: ServiceContext<NotesVariables, Tables>,
  assets: Assets,
): void {
  const { db } = database
  const newest = compileNewest(db, PER_PAGE, SHORTENED)

  const listed = async (query: ListQuery): Promise<NotePage> => {
    const { q, tag, show, before, after } = query
    const isFirst = before === undefined && after === undefined
    if (isFirst && q === '' && tag === undefined && show === 'all') return newestNotes(db, newest, PER_PAGE)
    const filter = { q, tag, done: show === 'all' ? undefined : show === 'done', limit: PER_PAGE, shorten: SHORTENED }
    const page = await listNotes(db, { ...filter, before, after })
    // Whoever comes to the end of the newer ones, or to where everything was removed, is at the beginning.
    const isOut = !isFirst && (page.notes.length === 0 || (after !== undefined && !page.hasNewer))
    return isOut ? listNotes(db, filter) : page
  }

  app.get('/', async (request, reply) => {
    const query = readListQuery(request.query as Record<string, unknown>)
    const page = await listed(query)
    return sendPage(reply, listPage(frameOf(request, assets, await noticeFor(db, request)), query, page))
  })

  // Where a form was sent to; whoever comes back there by the address looks for the list.
  app.get('/notes', (_request, reply) => reply.redirect('/', 302))

  app.get('/notes/new', (request, reply) =>
    sendPage(reply, formPage(frameOf(request, assets), { typed: NOTHING, key: random.uuid() })),
  )

  app.get('/notes/:id', async (request, reply) => {
    const note = await noteOf(db, request)
    return sendPage(reply, notePage(frameOf(request, assets, await noticeFor(db, request)), note))
  })

  app.get('/notes/:id/edit', async (request, reply) => {
    const { id, title, description, tags, version } = await noteOf(db, request)
    const typed = { title, description, tags: tags.join(', ') }
    return sendPage(reply, formPage(frameOf(request, assets), { id, typed, version }))
  })

  app.get('/*', (request, reply) => {
    // What a program asks for is answered as for programs.
    if (request.url.startsWith('/api/') || !String(request.headers.accept ?? '').includes('text/html'))
      return reply.callNotFound()
    return sendPage(reply, errorPage(frameOf(request, assets), text.missingTitle, text.missing), 404)
  })
}

const NOTHING = { title: '', description: '', tags: '' }

async function noteOf(db: Kysely<Tables>, request: FastifyRequest): Promise<Note> {
  const id = idOf(request)
  const note = id === undefined ? undefined : await noteById(db, id)
  if (!note) throw notFound(text.noteMissing)
  return note
}

/** What was just done, for the page that comes after it; `actions.ts` leaves it in the session. */
async function noticeFor(db: Kysely<Tables>, request: FastifyRequest): Promise<Notice | undefined> {
  const [kind, number] = request.session.takeFlash()?.split(' ') ?? []
  const id = Number(number)
  if (kind === 'added') return { message: text.added }
  if (kind === 'saved') return { message: text.saved }
  if (kind === 'lost') return { message: text.restoreFailed, kind: 'bad' }
  if (kind === 'removed') {
    const title = await removedTitle(db, id)
    return title === undefined ? undefined : { message: text.removed(title), undo: id }
  }
  if (kind === 'restored') {
    const note = await noteById(db, id)
    return note && { message: text.restored(note.title) }
  }
  return undefined
}
