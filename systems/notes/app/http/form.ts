import { invalid } from '@terrace/service'
import type { FieldName, Typed } from '../pages/form-page.ts'
import { cleanDescription, cleanTitle, descriptionProblem, tagsIn, tagsProblem, titleProblem } from '../rules.ts'
import type { NoteText } from '../schemas/note.ts'

/** Largest body of a form or of a note as JSON: the longest description in its longest spelling. */
export const NOTE_BODY_BYTES = 256 * 1024

/** A parsed form: a field that is there twice has several values. */
type Form = Readonly<Record<string, unknown>>

/** The fields of a form, whatever was sent. */
export const formOf = (body: unknown): Form => (typeof body === 'object' && body !== null ? (body as Form) : {})

/** One field; empty when it isn't there. */
export function fieldOf(form: Form, name: string): string {
  const value: unknown = Array.isArray(form[name]) ? form[name][0] : form[name]
  return typeof value === 'string' ? value : ''
}

/** The note's fields, as they were typed. */
export const typedIn = (form: Form): Typed => ({
  title: fieldOf(form, 'title'),
  description: cleanDescription(fieldOf(form, 'description')),
  tags: fieldOf(form, 'tags'),
})

/** What a form says: a note, or what is wrong in which field. */
export type FormResult =
  | { readonly note: NoteText; readonly errors?: never }
  | { readonly note?: never; readonly errors: Partial<Record<FieldName, string>> }

export function readNote(typed: Typed): FormResult {
  const note = {
    title: cleanTitle(typed.title),
    description: cleanDescription(typed.description),
    tags: tagsIn(typed.tags),
  }
  const [title, description, tags] = [
    titleProblem(note.title),
    descriptionProblem(note.description),
    tagsProblem(note.tags),
  ]
  if (title === undefined && description === undefined && tags === undefined) return { note }
  return { errors: { ...(title && { title }), ...(description && { description }), ...(tags && { tags }) } }
}

/** The version that a form was made from; undefined for none that can be. */
export function versionIn(form: Form): number | undefined {
  const text = fieldOf(form, 'version')
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}

/** `true` or `false`, said by the button. */
export function doneIn(form: Form): boolean {
  const text = fieldOf(form, 'done')
  if (text !== 'true' && text !== 'false')
    throw invalid([{ path: 'done', message: `must be true or false, got ${JSON.stringify(text.slice(0, 30))}` }])
  return text === 'true'
}
