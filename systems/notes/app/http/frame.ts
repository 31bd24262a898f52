import type { FastifyRequest } from 'fastify'
import type { Assets } from '../assets/assets.ts'
import { type Frame, type Notice, THEMES, type Theme } from '../pages/layout.ts'
import { readListQuery, sameAddress } from '../pages/list-query.ts'

/** Keeps what the viewer chose with the switch; absent when the system decides. */
export const THEME_COOKIE = '__Host-theme'

/** What the page that answers this request needs to know. */
export const frameOf = (request: FastifyRequest, assets: Assets, notice?: Notice): Frame => ({
  assets,
  theme: readTheme(request.cookies?.[THEME_COOKIE]),
  csrf: () => request.session.csrfToken(),
  path: request.method === 'GET' ? ownAddress(request.url) : '/',
  notice,
})

/** One of the themes; what isn't one is `system`. */
export const readTheme = (text: unknown): Theme => THEMES.find(theme => theme === text) ?? 'system'

/**
 * An address of a page of ours to send somebody to, whatever they gave us: never another site, never an action.
 *
 * @param address  `/?q=milk`, `/notes/12`
 */
export function ownAddress(address: unknown): string {
  const url = typeof address === 'string' ? URL.parse(address, 'http://notes.invalid') : null
  if (url?.origin !== 'http://notes.invalid') return '/'
  if (url.pathname === '/') return sameAddress(readListQuery(Object.fromEntries(url.searchParams)))
  return /^\/notes\/(?:new|[1-9]\d{0,9}(?:\/edit)?)$/.test(url.pathname) ? url.pathname : '/'
}
