import { type Html, html } from './html.ts'

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** Days that were formatted already: a page of notes has few, and formatting is slower than all else in a row. */
const known = new Map<string, string>()
const MOST_KNOWN = 4000

/**
 * A moment as a day in UTC, with the exact moment on hover. The script shows it in the viewer's own time zone.
 *
 * @param iso  `2026-01-31T12:00:00.000Z`
 */
export const moment = (iso: string): Html =>
  html`<time datetime="${iso}" title="${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC">${day(iso.slice(0, 10))}</time>`

function day(date: string): string {
  let formatted = known.get(date)
  if (formatted === undefined) {
    formatted = days.format(new Date(date))
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(date, formatted)
  }
  return formatted
}
