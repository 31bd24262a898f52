import { type Html, html } from './html.ts'
import { icons } from './icons.ts'
import { type Frame, layout } from './layout.ts'
import { text } from './text.ts'

export type FieldName = 'title' | 'description' | 'tags'

/** What stands in the fields, exactly as it was typed. */
export interface Typed {
  readonly title: string
  readonly description: string
  readonly tags: string
}

export interface NoteForm {
  /** The note that is edited; undefined for a new one. */
  readonly id?: number | undefined
  readonly typed: Typed
  /** New with each form: sending it twice makes one note. */
  readonly key?: string | undefined
  /** The version that is edited. */
  readonly version?: number | undefined
  readonly errors?: Partial<Record<FieldName, string>>
  /** Why it isn't saved, when no field is to blame. */
  readonly warning?: string | undefined
  /** The note was changed by somebody else; offers to look at it. */
  readonly outdated?: boolean
}

/** The form of a new note and of one that is changed. */
export function formPage(frame: Frame, form: NoteForm): string {
  const { id, typed, errors = {} } = form
  const isNew = id === undefined
  const heading = isNew ? text.newNote : text.editNote
  const leave = isNew ? '/' : `/notes/${id}`
  const firstWrong = (['title', 'description', 'tags'] as const).find(name => errors[name] !== undefined)
  const focused = firstWrong ?? (isNew ? 'title' : undefined)
  const field = (name: FieldName) => ({ value: typed[name], error: errors[name], isFocused: focused === name })
  return layout(
    frame,
    heading,
    html`<p class="above"><a href="/">${text.allNotes}</a></p>
<h1>${heading}</h1>
<form class="form" method="post" action="${isNew ? '/notes' : leave}" novalidate data-note-form data-next="${leave}"${isNew ? undefined : html` data-id="${id}"`}>
<input type="hidden" name="_csrf" value="${frame.csrf()}">
${form.key !== undefined && html`<input type="hidden" name="key" value="${form.key}">`}
${form.version !== undefined && html`<input type="hidden" name="version" value="${form.version}">`}
<div class="summary" role="alert"${form.warning || firstWrong ? undefined : html` hidden`}>${icons.alert}<p>${form.warning ?? text.checkFields}${
      form.outdated && html` <a href="${leave}" target="_blank" rel="noopener">${text.seePresent}</a>`
    }</p></div>
${inputField('title', text.title, field('title'))}
${areaField(field('description'))}
${inputField('tags', text.tags, field('tags'), text.tagsHint)}
<div class="buttons"><button class="button primary">${isNew ? text.addNote : text.saveNote}</button><a class="button quiet" href="${leave}" data-cancel>${text.cancel}</a></div>
</form>`,
  )
}

interface Field {
  readonly value: string
  readonly error: string | undefined
  readonly isFocused: boolean
}

const inputField = (name: 'title' | 'tags', label: string, { value, error, isFocused }: Field, hint?: string): Html =>
  html`<div class="field"><label for="${name}">${label}</label>${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
<input id="${name}" name="${name}" value="${value}" autocomplete="off"${attributes(name, error, isFocused, hint)}>
${message(name, error)}</div>`

// The parser of HTML takes away one line end right after the tag.
const areaField = ({ value, error, isFocused }: Field): Html =>
  html`<div class="field"><label for="description">${text.description}</label>
<textarea id="description" name="description" rows="6"${attributes('description', error, isFocused)}>
${value}</textarea>
${message('description', error)}</div>`

const attributes = (name: FieldName, error: string | undefined, isFocused: boolean, hint?: string): Html =>
  html` aria-describedby="${hint === undefined ? '' : `${name}-hint `}${name}-error"${error !== undefined && html` aria-invalid="true"`}${isFocused && html` autofocus`}`

const message = (name: FieldName, error: string | undefined): Html =>
  html`<p class="error" id="${name}-error"${error === undefined ? html` hidden` : undefined}>${icons.alert}<span>${error}</span></p>`
