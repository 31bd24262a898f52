import { type Html, html } from './html.ts'

const PATHS = {
  alert: 'M8 6.2v3M8 11.4v.1M8 2.2 1.9 13h12.2L8 2.2Z',
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  display: 'M2.5 3h11v7.5h-11V3ZM5.5 13.5h5M8 10.5v3',
  left: 'M10 4L6 8l4 4',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z',
  note: 'M3.5 2.5h9v7l-3.5 4H3.5v-11ZM12.5 9.5H9v4M5.5 5.5h5M5.5 8h3',
  plus: 'M8 3v10M3 8h10',
  right: 'M6 4l4 4-4 4',
  search: 'M11 11l3 3M12.5 7a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0Z',
  sun: 'M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4',
} as const

type IconName = keyof typeof PATHS

const names = Object.keys(PATHS) as IconName[]

/** Line drawings of 16 px in the colour of the text; none bears a meaning alone. Each page has to have `symbols`. */
export const icons = Object.fromEntries(
  names.map(name => [
    name,
    html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${name}"/></svg>`,
  ]),
) as Readonly<Record<IconName, Html>>

/** The drawings themselves, once a page: fifty notes refer to them. */
export const symbols = html`<svg class="symbols">${names.map(name => html`<symbol id="i-${name}" viewBox="0 0 16 16"><path d="${PATHS[name]}"/></symbol>`)}</svg>`
