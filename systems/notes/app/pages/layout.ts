import type { Assets } from '../assets/assets.ts'
import { type Html, html } from './html.ts'
import { icons, symbols } from './icons.ts'
import { text } from './text.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** What every page needs to know. */
export interface Frame {
  readonly assets: Assets
  readonly theme: Theme
  /** Token for the forms of this page; every call may give another. */
  csrf(): string
  /** Where the viewer is, to come back to: `/?q=milk`. */
  readonly path: string
  /** A message about what was just done. */
  readonly notice?: Notice | undefined
}

export interface Notice {
  readonly message: string
  readonly kind?: 'good' | 'bad'
  /** The note whose removal can be undone. */
  readonly undo?: number | undefined
}

/** A whole page. Without scripting it has all its functions; the script makes them quicker. */
export const layout = (frame: Frame, title: string, content: Html): string =>
  String(html`<!doctype html>
<html lang="en"${frame.theme === 'system' ? undefined : html` data-theme="${frame.theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#171a1f">
<title>${title === text.name ? title : `${title} – ${text.name}`}</title>
<link rel="icon" href="${frame.assets.icon}">
<link rel="stylesheet" href="${frame.assets.style}">
<script type="module" src="${frame.assets.script}"></script>
</head>
<body>
${symbols}
<a class="skip" href="#main">${text.skip}</a>
<header class="header"><div class="bar">
<a class="brand" href="/">${icons.note} ${text.name}</a>
<form class="themes" method="post" action="/theme" aria-label="${text.theme}">
<input type="hidden" name="back" value="${frame.path}">
${THEMES.map(
  theme =>
    html`<button name="theme" value="${theme}" aria-pressed="${String(theme === frame.theme)}" aria-label="${text.themes[theme]}" title="${text.themes[theme]}">${THEME_ICONS[theme]}</button>`,
)}
</form>
</div></header>
<main id="main" tabindex="-1">
<div id="notices">${frame.notice && noticeBox(frame.notice)}</div>
${content}
</main>
</body>
</html>
`)

const THEME_ICONS = { system: icons.display, light: icons.sun, dark: icons.moon } as const

const noticeBox = ({ message, kind = 'good', undo }: Notice): Html =>
  html`<div class="notice ${kind}" role="status" data-passing>${kind === 'bad' ? icons.alert : icons.check}<p>${message}</p>${
    undo !== undefined &&
    html`<button class="button plain small" form="actions" formaction="/notes/${undo}/restore" data-action="restore" data-id="${undo}">${text.undo}</button>`
  }</div>`

/**
 * The form behind all buttons of a page that do something with a note: `<button form="actions" formaction="…">`.
 *
 * @param back  where the viewer comes back to
 */
export const actionsForm = (frame: Frame, back: string): Html =>
  html`<form id="actions" method="post"><input type="hidden" name="_csrf" value="${frame.csrf()}"><input type="hidden" name="back" value="${back}"></form>`
