import { InvalidRequestException } from '../errors.ts'

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign'
  readonly text: string
  /** Counted from 1. */
  readonly at: number
}

const PATTERN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?![\w.]))|([A-Za-z_][\w.]*)|(!=|<=|>=|[=<>!(){},:[\]]))/y

/** The words of a filter expression. @throws InvalidRequestException for what is none */
export function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = []
  const end = expression.trimEnd().length
  PATTERN.lastIndex = 0
  while (PATTERN.lastIndex < end) {
    const from = PATTERN.lastIndex
    const found = PATTERN.exec(expression)
    if (!found) throw invalid(expression, `unexpected ${JSON.stringify(expression.slice(from).trim()[0])}`, from + 1)
    const [, text, number, word, sign] = found
    const at = from + 1
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replace(/\\(.)/g, '$1'), at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else tokens.push({ kind: 'sign', text: sign ?? '', at })
  }
  return tokens
}

/** @param at  character, counted from 1 */
export const invalid = (expression: string, why: string, at: number): InvalidRequestException =>
  new InvalidRequestException(`Invalid filter expression: ${why} at character ${at} of ${expression.slice(0, 200)}`)
