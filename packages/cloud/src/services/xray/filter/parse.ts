import { NotEmulated } from '../../../gateway/errors.ts'
import { InvalidRequestException } from '../errors.ts'
import { LONGEST_FILTER } from '../limits.ts'
import { invalid, type Token, tokensOf } from './tokens.ts'

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'BEGINSWITH' | 'ENDSWITH'

/** What is compared, or asked for. */
export type Field =
  | { readonly kind: 'boolean'; readonly name: BooleanKeyword }
  | { readonly kind: 'number'; readonly name: NumberKeyword }
  | { readonly kind: 'text'; readonly name: TextKeyword }
  | { readonly kind: 'annotation'; readonly key: string }

/** Which services are meant; without anything, all of them. */
export interface ServiceMatch {
  readonly name?: string
  readonly type?: string
  readonly account?: string
}

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'is'; readonly field: Field }
  | {
      readonly kind: 'compare'
      readonly field: Field
      readonly operator: Operator
      readonly value: string | number | boolean
    }
  | { readonly kind: 'service'; readonly match: ServiceMatch; readonly of: Filter | undefined }
  | { readonly kind: 'group'; readonly name: string }

const BOOLEANS = ['ok', 'error', 'throttle', 'fault', 'partial', 'inferred', 'first', 'last', 'remote', 'root'] as const
const NUMBERS = ['responsetime', 'duration', 'http.status'] as const
const TEXTS = [
  'http.url',
  'http.method',
  'http.useragent',
  'http.clientip',
  'user',
  'name',
  'type',
  'message',
  'availabilityzone',
  'instance.id',
  'resource.arn',
] as const

export type BooleanKeyword = (typeof BOOLEANS)[number]
export type NumberKeyword = (typeof NUMBERS)[number]
export type TextKeyword = (typeof TEXTS)[number]

/** Keywords of AWS that nothing here stands behind. */
const MISSING = /^(edge|rootcause|index|coverage|insight|rule)\b/

const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>=']
const TEXT_OPERATORS: readonly string[] = ['CONTAINS', 'BEGINSWITH', 'ENDSWITH']

const DEEPEST = 50

/**
 * Reads a filter expression.
 *
 * differs: edges, root causes and insights are refused by name
 * @see X-Ray Developer Guide, "Using filter expressions"
 * @throws InvalidRequestException
 */
export function parseFilter(expression: string): Filter {
  if (expression.length > LONGEST_FILTER) {
    throw new InvalidRequestException(`The filter expression is longer than ${LONGEST_FILTER} characters.`)
  }
  return new Parser(expression).whole()
}

class Parser {
  readonly #expression: string
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(expression: string) {
    this.#expression = expression
    this.#tokens = tokensOf(expression)
  }

  whole(): Filter {
    const filter = this.#or()
    const rest = this.#tokens[this.#next]
    if (rest) throw this.#wrong(`unexpected ${rest.text}`)
    return filter
  }

  #or(): Filter {
    if (++this.#depth > DEEPEST) throw this.#wrong(`more than ${DEEPEST} levels`)
    let left = this.#and()
    while (this.#takeWord('OR')) left = { kind: 'or', left, right: this.#and() }
    this.#depth--
    return left
  }

  #and(): Filter {
    let left = this.#not()
    while (this.#takeWord('AND')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Filter {
    let negated = false
    while (this.#takeSign('!') || this.#takeWord('NOT')) negated = !negated
    const of = this.#one()
    return negated ? { kind: 'not', of } : of
  }

  #one(): Filter {
    if (this.#takeSign('(')) {
      const inside = this.#or()
      this.#expect(')')
      return inside
    }
    const word = this.#word()
    const lower = word.toLowerCase()
    if (MISSING.test(lower)) throw new NotEmulated(`the keyword ${word} of filter expressions`)
    if (lower === 'service') return this.#service()
    if (lower === 'group.name') {
      const { value } = this.#comparison('=')
      return { kind: 'group', name: String(value) }
    }
    const field = this.#field(word, lower)
    const token = this.#tokens[this.#next]
    const operator = token && operatorOf(token)
    if (!operator) {
      if (field.kind !== 'boolean' && field.kind !== 'annotation') throw this.#wrong(`${word} needs a comparison`)
      return { kind: 'is', field }
    }
    this.#next++
    const value = this.#value()
    this.#fits(word, field, operator, value)
    return { kind: 'compare', field, operator, value }
  }

  #service(): Filter {
    this.#expect('(')
    const match = this.#serviceMatch()
    this.#expect(')')
    if (!this.#takeSign('{')) return { kind: 'service', match, of: undefined }
    const of = this.#or()
    this.#expect('}')
    return { kind: 'service', match, of }
  }

  /** Nothing, a name, or `id(name: "a", type: "AWS::EC2::Instance", account.id: "123456789012")`. */
  #serviceMatch(): ServiceMatch {
    const token = this.#tokens[this.#next]
    if (token?.kind === 'text') {
      this.#next++
      return { name: token.text }
    }
    if (!this.#takeWord('ID')) return {}
    this.#expect('(')
    const given: Record<string, string> = {}
    do {
      const key = this.#word().toLowerCase()
      const known = key === 'account.id' ? 'account' : key
      if (known !== 'name' && known !== 'type' && known !== 'account') throw this.#wrong(`unexpected ${key} in id()`)
      this.#expect(':')
      given[known] = String(this.#value())
    } while (this.#takeSign(','))
    this.#expect(')')
    return given
  }

  #field(word: string, lower: string): Field {
    const boolean = BOOLEANS.find(name => name === lower)
    if (boolean) return { kind: 'boolean', name: boolean }
    const number = NUMBERS.find(name => name === lower)
    if (number) return { kind: 'number', name: number }
    const text = TEXTS.find(name => name === lower)
    if (text) return { kind: 'text', name: text }
    if (lower.startsWith('annotation.')) return { kind: 'annotation', key: word.slice('annotation.'.length) }
    if (lower === 'annotation' && this.#takeSign('[')) {
      const token = this.#tokens[this.#next++]
      if (!token || (token.kind !== 'word' && token.kind !== 'text')) throw this.#wrong('annotation[] needs a key')
      this.#expect(']')
      return { kind: 'annotation', key: token.text }
    }
    throw this.#wrong(`${word} is no keyword`)
  }

  #fits(word: string, field: Field, operator: Operator, value: string | number | boolean): void {
    const type = typeof value
    const isText = TEXT_OPERATORS.includes(operator)
    const isOrder = operator === '<' || operator === '<=' || operator === '>' || operator === '>='
    const fits =
      field.kind === 'annotation'
        ? !(isText && type !== 'string') && !(isOrder && type !== 'number')
        : field.kind === 'number'
          ? type === 'number' && !isText
          : field.kind === 'boolean'
            ? type === 'boolean' && !isText && !isOrder
            : type === 'string' && !isOrder
    if (!fits) throw this.#wrong(`${word} can't be compared by ${operator} with ${JSON.stringify(value)}`)
  }

  #comparison(operator: string): { readonly value: string | number | boolean } {
    this.#expect(operator)
    return { value: this.#value() }
  }

  #value(): string | number | boolean {
    const token = this.#tokens[this.#next++]
    if (token?.kind === 'text') return token.text
    if (token?.kind === 'number') return Number(token.text)
    const lower = token?.kind === 'word' ? token.text.toLowerCase() : ''
    if (lower === 'true' || lower === 'false') return lower === 'true'
    throw this.#wrong('a value is missing: a number, "text", true or false')
  }

  #word(): string {
    const token = this.#tokens[this.#next++]
    if (token?.kind === 'word') return token.text
    throw this.#wrong('a keyword is missing')
  }

  #takeWord(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'word' || token.text.toUpperCase() !== text) return false
    this.#next++
    return true
  }

  #takeSign(text: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'sign' || token.text !== text) return false
    this.#next++
    return true
  }

  #expect(text: string): void {
    if (!this.#takeSign(text)) throw this.#wrong(`${text} is missing`)
  }

  #wrong(why: string): InvalidRequestException {
    const at = this.#tokens[this.#next]?.at ?? this.#tokens.at(-1)?.at ?? 1
    return invalid(this.#expression, why, at)
  }
}

function operatorOf({ kind, text }: Token): Operator | undefined {
  const upper = text.toUpperCase()
  const isOne = (kind === 'sign' && COMPARISONS.includes(text)) || (kind === 'word' && TEXT_OPERATORS.includes(upper))
  return isOne ? (upper as Operator) : undefined
}
