import type { Note } from '../schemas/note.ts'
import { moment } from './dates.ts'
import { html } from './html.ts'
import { icons } from './icons.ts'
import { actionsForm, type Frame, layout } from './layout.ts'
import { text } from './text.ts'

/** One note, whole. */
export const notePage = (frame: Frame, note: Note): string =>
  layout(
    frame,
    note.title,
    html`<article class="single"${note.done ? html` data-done` : undefined}>
<p class="above"><a href="/">${text.allNotes}</a></p>
<div class="title"><h1>${note.title}</h1>
<div class="buttons">
<button class="button plain" form="actions" formaction="/notes/${note.id}/done" name="done" value="${String(!note.done)}">${icons.check} ${note.done ? text.markOpen : text.markDone}</button>
<a class="button plain" href="/notes/${note.id}/edit">${text.editNote}</a>
<button class="button quiet" form="actions" formaction="/notes/${note.id}/remove">${icons.trash} ${text.removeNote}</button>
</div></div>
${
  note.description === ''
    ? html`<p class="faint">${text.noDescription}</p>`
    : html`<div class="text">${note.description}</div>`
}
<p class="meta"><span class="badge ${note.done ? 'good' : 'neutral'}">${note.done && icons.check}${note.done ? text.done : text.open}</span>${note.tags.map(
      tag => html`<a class="tag" href="/?tag=${encodeURIComponent(tag)}">${tag}</a>`,
    )}</p>
<p class="meta"><span>${text.written} ${moment(note.created_at)}</span>${
      note.updated_at !== note.created_at && html`<span>${text.changed} ${moment(note.updated_at)}</span>`
    }</p>
${actionsForm(frame, `/notes/${note.id}`)}
</article>`,
  )
