import type { NotePage } from '../data/list.ts'
import { searchFor } from '../data/words.ts'
import type { Note } from '../schemas/note.ts'
import { moment } from './dates.ts'
import { type Html, html } from './html.ts'
import { icons } from './icons.ts'
import { actionsForm, type Frame, layout } from './layout.ts'
import { EVERYTHING, type ListQuery, listAddress, sameAddress } from './list-query.ts'
import { text } from './text.ts'

/** Characters of a description in the list: the ordinary ones are shown whole. */
export const SHORTENED = 160

const SHOWS = ['all', 'open', 'done'] as const

/** The list: search, filters, fifty notes, the way to the next ones. */
export const listPage = (frame: Frame, query: ListQuery, page: NotePage): string =>
  layout(
    frame,
    text.name,
    html`<div class="title"><h1>${text.name}</h1><a class="button primary" href="/notes/new">${icons.plus} ${text.newNote}</a></div>
${actionsForm(frame, sameAddress(query))}
<div class="toolbar">
<form class="search" role="search" method="get" action="/">
<label class="unseen" for="q">${text.searchNotes}</label>
${icons.search}<input id="q" name="q" type="search" value="${query.q}" placeholder="${text.searchNotes}" autocomplete="off" enterkeyhint="search">
${query.tag !== undefined && html`<input type="hidden" name="tag" value="${query.tag}">`}
${query.show !== 'all' && html`<input type="hidden" name="show" value="${query.show}">`}
<button class="button plain">${text.search}</button>
</form>
${shows(query)}
</div>
<div id="results">
${(query.q !== '' || query.tag !== undefined) && active(query, page)}
${page.notes.length === 0 ? nothing(query) : html`<ul class="notes">${page.notes.map(row)}</ul>`}
${paging(query, page)}
</div>`,
  )

const shows = (query: ListQuery): Html =>
  html`<nav class="shows" aria-label="${text.which}">${SHOWS.map(
    show =>
      html`<a href="${listAddress(query, { show })}"${show === query.show ? html` aria-current="true"` : undefined}>${text[show]}</a>`,
  )}</nav>`

const active = (query: ListQuery, page: NotePage): Html =>
  html`<p class="active"><span role="status">${text.listed(page.notes.length, page.hasOlder || page.hasNewer)}</span>${
    query.q !== '' &&
    html` <a class="chip" href="${listAddress(query, { q: '' })}">“${query.q}” ${icons.cross}<span class="unseen">${text.clearSearch}</span></a>`
  }${
    query.tag !== undefined &&
    html` <a class="chip" href="${listAddress(query, { tag: undefined })}">${text.tagged(query.tag)} ${icons.cross}<span class="unseen">${text.showAllTags}</span></a>`
  }</p>`

function row({ id, title, description, tags, done, created_at }: Note): Html {
  return html`<li id="note-${id}" class="note"${done ? html` data-done` : undefined}>
<button class="check" form="actions" formaction="/notes/${id}/done" name="done" value="${done ? 'false' : 'true'}" aria-pressed="${done ? 'true' : 'false'}" aria-label="${text.doneNamed(title)}" data-action="done">${icons.check}</button>
<div class="body"><h2><a href="/notes/${id}">${title}</a></h2>
${description !== '' && html`<p class="description">${shortened(description)}</p>`}
<p class="meta">${tags.map(tag => html`<a class="tag" href="/?tag=${encodeURIComponent(tag)}">${tag}</a>`)}${moment(created_at)}</p></div>
<button class="button quiet icon-only" form="actions" formaction="/notes/${id}/remove" aria-label="${text.removeNamed(title)}" title="${text.remove}" data-action="remove">${icons.trash}</button>
</li>`
}

// Cut by the database, by code points like this.
const shortened = (description: string): string => {
  if (description.length <= SHORTENED) return description
  const characters = [...description]
  return characters.length > SHORTENED ? `${characters.slice(0, SHORTENED).join('').trimEnd()}…` : description
}

function nothing(query: ListQuery): Html {
  const isEverything = query.q === '' && query.tag === undefined && query.show === 'all'
  const wordless = query.q !== '' && searchFor(query.q) === undefined
  return html`<div class="state">${icons.note}
<h2>${isEverything ? text.emptyTitle : text.nothingTitle}</h2>
<p>${isEverything ? text.emptyText : wordless ? text.wordlessText : text.nothingText}</p>
${
  isEverything
    ? html`<a class="button primary" href="/notes/new">${text.firstNote}</a>`
    : html`<a class="button plain" href="${listAddress(EVERYTHING)}">${text.showAll}</a>`
}
</div>`
}

function paging(query: ListQuery, { notes, hasNewer, hasOlder }: NotePage): Html | undefined {
  const [first, last] = [notes[0], notes.at(-1)]
  if (!first || !last || !(hasNewer || hasOlder)) return undefined
  return html`<nav class="paging" aria-label="${text.pages}">${
    hasNewer &&
    html`<a class="button plain" rel="prev" href="${listAddress(query, { after: first.id })}">${icons.left} ${text.newer}</a>`
  }${
    hasOlder &&
    html`<a class="button plain older" rel="next" href="${listAddress(query, { before: last.id })}">${text.older} ${icons.right}</a>`
  }</nav>`
}
