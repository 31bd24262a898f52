import { messageOf } from '@terrace/kit'

/** A piece of a template: a text as it is, or a variable. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `quoted`: it stands inside of a JSON text. */
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean }

const VARIABLE = /^<([A-Za-z0-9_.-]+)>/

/**
 * Takes a template apart: JSON, or lines of JSON texts, with `<name>` for variables.
 *
 * @throws Error when it would give no JSON
 * @see Amazon EventBridge User Guide, "Amazon EventBridge input transformation"
 */
export function readTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = []
  let quoted = false
  let text = ''
  for (let index = 0; index < template.length; ) {
    const variable = VARIABLE.exec(template.slice(index))
    if (variable?.[1] !== undefined) {
      pieces.push({ kind: 'text', text }, { kind: 'variable', name: variable[1], quoted })
      text = ''
      index += variable[0].length
      continue
    }
    const character = template.charAt(index)
    const length = quoted && character === '\\' ? 2 : 1
    if (character === '"') quoted = !quoted
    text += template.slice(index, index + length)
    index += length
  }
  pieces.push({ kind: 'text', text })
  checkJson(fill(pieces, () => 0))
  return pieces
}

/** @throws Error when it isn't JSON as a whole, nor line by line */
export function checkJson(text: string): void {
  try {
    JSON.parse(text)
  } catch (whole) {
    const lines = text.split('\n').filter(line => line.trim() !== '')
    if (lines.length < 2) throw new Error(messageOf(whole), { cause: whole })
    for (const line of lines) JSON.parse(line)
  }
}

/**
 * The template with values in the place of its variables. Inside of a text, texts stand without quotes and everything else
 * as JSON without its quotes; what isn't there is empty.
 */
export function fill(pieces: readonly Piece[], valueFor: (name: string) => unknown): string {
  return pieces
    .map(piece => {
      if (piece.kind === 'text') return piece.text
      const value = valueFor(piece.name)
      const shown = value === undefined ? '' : value
      return piece.quoted ? inText(shown) : JSON.stringify(shown)
    })
    .join('')
}

const inText = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : unquoted(JSON.stringify(value))

/** What is left of quotes in it is escaped, so that the text around it goes on. */
const unquoted = (json: string): string => JSON.stringify(json.replaceAll('"', '')).slice(1, -1)
