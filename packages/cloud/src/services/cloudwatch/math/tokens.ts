import { MathError } from './math-error.ts'

export interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'mark'
  readonly text: string
  /** Where it begins, from 0. */
  readonly at: number
}

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<operator>==|!=|<=|>=|&&|\|\||[-+*/^<>])|(?<mark>[()[\],]))/y

const WORDS: Readonly<Record<string, string>> = { '&&': 'AND', '||': 'OR' }

/** @throws MathError at a character that belongs to nothing */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex + (/\S/.exec(text.slice(pattern.lastIndex))?.index ?? 0)
    const groups = pattern.exec(text)?.groups
    if (!groups) {
      throw new MathError(`Error in expression '${text}': unexpected character at position ${at + 1}`)
    }
    tokens.push({ ...tokenOf(groups), at })
  }
  return tokens
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Omit<Token, 'at'> {
  const { number, name, double, single, operator, mark } = groups
  if (number !== undefined) return { kind: 'number', text: number }
  if (name === 'AND' || name === 'OR') return { kind: 'operator', text: name }
  if (name !== undefined) return { kind: 'name', text: name }
  if (operator !== undefined) return { kind: 'operator', text: WORDS[operator] ?? operator }
  if (mark !== undefined) return { kind: 'mark', text: mark }
  return { kind: 'text', text: double ?? single ?? '' }
}
