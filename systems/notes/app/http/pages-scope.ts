import { type App, Problem, type ServiceContext } from '@terrace/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Assets } from '../assets/assets.ts'
import type { Tables } from '../data/tables.ts'
import { errorPage } from '../pages/error-page.ts'
import { formPage } from '../pages/form-page.ts'
import { text } from '../pages/text.ts'
import type { NotesVariables } from '../settings.ts'
import { fieldOf, formOf, typedIn, versionIn } from './form.ts'
import { frameOf } from './frame.ts'

/** What a page may load and where its forms may go: nothing inline, nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

declare module 'fastify' {
  interface FastifyContextConfig {
    /** This route takes the note's form: when it fails, the form comes back with what was typed. */
    readonly isNoteForm?: boolean
  }
}

/** What a page answers with instead of what data does. */
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': PAGE_POLICY,
  // `no-store` would also keep the browser from going back to a form with what was typed in it.
  'cache-control': 'private, no-cache',
  'referrer-policy': 'same-origin',
}

/** Answers with a page. */
export const sendPage = (reply: FastifyReply, page: string, status = 200): FastifyReply =>
  reply.code(status).headers(PAGE_HEADERS).send(page)

/** Makes every answer below `app` a page, the refusals too: problem documents are for programs. */
export function answerWithPages(
  app: App,
  { database, log }: ServiceContext<NotesVariables, Tables>,
  assets: Assets,
): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, message } = explain(error, request)
    if (error instanceof Problem) reply.headers(error.headers)
    else if (status === 503) {
      log.warn('the database could not be reached', describe(error, request))
      reply.header('retry-after', '1')
    } else if (status === 500) log.error('a request failed', describe(error, request))
    return sendPage(reply, pageFor(request, status, message), status)
  })

  function explain(error: unknown, request: FastifyRequest): { readonly status: number; readonly message: string } {
    if (error instanceof Problem && error.status === 404) return { status: 404, message: error.message }
    const status = statusOf(error) ?? (database.dialect.isUnavailable(error) ? 503 : 500)
    if (status === 503) return { status, message: text.unavailable }
    return {
      status,
      message: text.refusals[status] ?? (status < 500 ? text.refusals[400] : undefined) ?? text.failed(request.id),
    }
  }

  function pageFor(request: FastifyRequest, status: number, message: string): string {
    const frame = frameOf(request, assets)
    if (request.routeOptions.config?.isNoteForm && request.body !== undefined) {
      const form = formOf(request.body)
      const warning = status === 403 ? text.expired : status === 404 ? text.noteMissing : `${message} ${text.kept}`
      // Of a note that is gone a new one can be made.
      const id = status === 404 ? undefined : idOf(request)
      const key = fieldOf(form, 'key') || undefined
      return formPage(frame, { id, typed: typedIn(form), key, version: versionIn(form), warning })
    }
    if (status === 404) return errorPage(frame, text.missingTitle, message)
    return errorPage(frame, text.errorTitle, message, request.method === 'GET' ? request.url : undefined)
  }
}

/** The id in the path; undefined when there is none. */
export function idOf(request: FastifyRequest): number | undefined {
  const { id } = request.params as { readonly id?: string }
  return id !== undefined && /^[1-9]\d{0,9}$/.test(id) && Number(id) <= 2_147_483_647 ? Number(id) : undefined
}

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof Problem) return error.status
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

const describe = (error: unknown, request: FastifyRequest) => ({
  requestId: request.id,
  method: request.method,
  path: request.url,
  error: error instanceof Error ? (error.stack ?? error.message) : String(error),
})
