import { cleanDescription, cleanTitle, descriptionProblem, tagsIn, tagsProblem, titleProblem } from '../rules.ts'
import { call, type Outcome } from './call.ts'
import { DraftStore } from './draft.ts'
import { notify } from './notices.ts'
import { words } from './text.ts'

type FieldName = 'title' | 'description' | 'tags'
const FIELDS = ['title', 'description', 'tags'] as const

/** What is wrong with a field, in the words that the server would use. */
const PROBLEMS: Readonly<Record<FieldName, (text: string) => string | undefined>> = {
  title: text => titleProblem(cleanTitle(text)),
  description: text => descriptionProblem(cleanDescription(text)),
  tags: text => tagsProblem(tagsIn(text)),
}

/** The note's form: says what is wrong on leaving a field, saves without a reload, and never loses what was typed. */
export function enhanceForm(): void {
  const form = document.querySelector<HTMLFormElement>('[data-note-form]')
  if (!form) return
  const id = form.dataset.id
  const draft = new DraftStore(id ?? 'new')
  offerDraft(form, draft)

  form.addEventListener('input', event => {
    draft.write(typedIn(form))
    const name = nameOf(event.target)
    // Wrong stays said until it is right.
    if (name && isWrong(form, name)) check(form, name)
  })
  form.addEventListener('focusout', event => {
    const name = nameOf(event.target)
    if (name && (fieldOf(form, name).value !== '' || isWrong(form, name))) check(form, name)
  })
  form.querySelector('[data-cancel]')?.addEventListener('click', () => draft.forget())

  let isSaving = false
  form.addEventListener('submit', async event => {
    event.preventDefault()
    if (isSaving) return
    const wrong = FIELDS.filter(name => !check(form, name))
    showSummary(form, undefined)
    if (wrong[0]) return fieldOf(form, wrong[0]).focus()
    isSaving = true
    const button = form.querySelector('button.primary')
    button?.setAttribute('aria-disabled', 'true')
    const outcome = await save(form, id)
    isSaving = false
    button?.removeAttribute('aria-disabled')
    if (outcome.kind === 'done') {
      draft.forget()
      location.assign(form.dataset.next ?? '/')
    } else explain(form, draft, outcome)
  })
}

function save(form: HTMLFormElement, id: string | undefined): Promise<Outcome> {
  const { title = '', description = '', tags = '' } = typedIn(form)
  const note = { title, description, tags: tagsIn(tags) }
  if (id === undefined)
    return call('POST', '/api/notes', note, { 'idempotency-key': keyFor(form, JSON.stringify(note)) })
  const version = Number(hidden(form, 'version')?.value)
  return call('PATCH', `/api/notes/${id}`, { ...note, version })
}

const keys = new Map<string, string>()

// The same text is the same note, however often it is sent; a text that was changed in between is another one.
function keyFor(form: HTMLFormElement, note: string): string {
  const known = keys.get(note) ?? `${hidden(form, 'key')?.value ?? ''}.${keys.size}.script`
  keys.set(note, known)
  return known
}

function explain(form: HTMLFormElement, draft: DraftStore, outcome: Exclude<Outcome, { kind: 'done' }>): void {
  if (outcome.kind === 'away') return showSummary(form, `${words.away} ${words.notSaved}`)
  const wrong = outcome.errors.filter(({ path }) => FIELDS.includes(path as FieldName))
  for (const { path, message } of wrong) say(form, path as FieldName, message)
  const first = wrong[0]
  if (first) return fieldOf(form, first.path as FieldName).focus()
  // What only the server can say, such as that somebody else was faster: its page says it whole, with the text kept.
  draft.forget()
  form.submit()
}

function offerDraft(form: HTMLFormElement, draft: DraftStore): void {
  const kept = draft.read()
  const before = typedIn(form)
  if (!kept || form.querySelector('.summary:not([hidden])')) return
  if (FIELDS.every(name => (kept[name] ?? '') === before[name])) return
  const fill = (values: Readonly<Record<string, string>>) => {
    for (const name of FIELDS) fieldOf(form, name).value = values[name] ?? ''
  }
  fill(kept)
  notify(words.draft, 'good', {
    label: words.discard,
    press() {
      draft.forget()
      fill(before)
    },
  })
}

/** @returns whether the field is right */
function check(form: HTMLFormElement, name: FieldName): boolean {
  const problem = PROBLEMS[name](fieldOf(form, name).value)
  say(form, name, problem)
  return problem === undefined
}

function say(form: HTMLFormElement, name: FieldName, problem: string | undefined): void {
  const message = form.querySelector<HTMLElement>(`#${name}-error`)
  const text = message?.querySelector('span')
  if (message) message.hidden = problem === undefined
  if (text) text.textContent = problem ?? ''
  if (problem === undefined) fieldOf(form, name).removeAttribute('aria-invalid')
  else fieldOf(form, name).setAttribute('aria-invalid', 'true')
}

function showSummary(form: HTMLFormElement, message: string | undefined): void {
  const summary = form.querySelector<HTMLElement>('.summary')
  const text = summary?.querySelector('p')
  if (summary) summary.hidden = message === undefined
  if (text) text.textContent = message ?? ''
}

const isWrong = (form: HTMLFormElement, name: FieldName): boolean => fieldOf(form, name).hasAttribute('aria-invalid')

const typedIn = (form: HTMLFormElement): Record<FieldName, string> => ({
  title: fieldOf(form, 'title').value,
  description: fieldOf(form, 'description').value,
  tags: fieldOf(form, 'tags').value,
})

const nameOf = (target: EventTarget | null): FieldName | undefined =>
  FIELDS.find(name => target instanceof Element && target.id === name)

const hidden = (form: HTMLFormElement, name: string): HTMLInputElement | null =>
  form.querySelector<HTMLInputElement>(`input[type="hidden"][name="${name}"]`)

function fieldOf(form: HTMLFormElement, name: FieldName): HTMLInputElement | HTMLTextAreaElement {
  const field = form.querySelector<HTMLInputElement | HTMLTextAreaElement>(`#${name}`)
  if (!field) throw new Error(`the form has no field ${name}`)
  return field
}
