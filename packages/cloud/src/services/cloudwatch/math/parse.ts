import { MathError } from './math-error.ts'
import { type Token, tokenize } from './tokens.ts'

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'AND' | 'OR'

/** A metric math expression, read. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** The id of a query, or a word such as REPEAT or DESC. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }

/** From the weakest; those of one level are read from the left. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['OR'],
  ['AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
]

/** Deepest nesting of an expression, so that none exhausts the stack. */
const DEEPEST = 100

/** Reads an expression. @throws MathError with CloudWatch's sentence when it is none */
export function parseExpression(text: string): Expression {
  return new Parser(text, tokenize(text)).whole()
}

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#level(0)
    if (this.#next < this.#tokens.length) throw this.#unexpected()
    return expression
  }

  #level(level: number): Expression {
    const operators = LEVELS[level]
    if (!operators) return this.#power()
    let left = this.#level(level + 1)
    for (;;) {
      const operator = operators.find(each => this.#take('operator', each))
      if (!operator) return left
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) }
    }
  }

  #power(): Expression {
    const left = this.#unary()
    if (!this.#take('operator', '^')) return left
    return { kind: 'binary', operator: '^', left, right: this.#power() }
  }

  #unary(): Expression {
    if (++this.#depth > DEEPEST) throw new MathError(`Error in expression: it is nested deeper than ${DEEPEST} levels`)
    const expression = this.#take('operator', '-')
      ? ({ kind: 'negative', of: this.#unary() } as const)
      : this.#primary()
    this.#depth--
    return expression
  }

  #primary(): Expression {
    const token = this.#tokens[this.#next++]
    switch (token?.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) }
      case 'text':
        return { kind: 'text', value: token.text }
      case 'name':
        if (!this.#take('mark', '(')) return { kind: 'name', name: token.text }
        return { kind: 'call', name: token.text, arguments: this.#listUpTo(')') }
      case 'mark':
        if (token.text === '[') return { kind: 'list', items: this.#listUpTo(']') }
        if (token.text === '(') {
          const inside = this.#level(0)
          if (!this.#take('mark', ')')) throw this.#unexpected()
          return inside
        }
    }
    this.#next--
    throw this.#unexpected()
  }

  #listUpTo(end: string): readonly Expression[] {
    if (this.#take('mark', end)) return []
    const items = [this.#level(0)]
    while (this.#take('mark', ',')) items.push(this.#level(0))
    if (!this.#take('mark', end)) throw this.#unexpected()
    return items
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== kind || token.text !== text) return false
    this.#next++
    return true
  }

  #unexpected(): MathError {
    const token = this.#tokens[this.#next]
    const found = token ? `unexpected "${token.text}" at position ${token.at + 1}` : 'unexpected end'
    return new MathError(`Error in expression '${this.#text}': ${found}`)
  }
}
