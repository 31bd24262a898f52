import type { FilterPattern } from './pattern.ts'
import { PatternError } from './pattern-error.ts'
import { type Comparison, comparisonTest, regexTest, type TextTest } from './text-test.ts'

type Test = (root: unknown) => boolean

const TOKEN =
  /\s*(?:(?<selector>\$(?:\.[\w-]+|\.?\[\s*(?:\d+|\*|"[^"]*"|'[^']*')\s*\])+)|(?<operator>&&|\|\||<=|>=|!=|[=<>()])|"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]*)%|(?<word>[^\s"()=<>!&|%]+))/y

interface Token {
  readonly kind: 'selector' | 'operator' | 'quoted' | 'regex' | 'word'
  readonly text: string
}

/** Deepest nesting, so that no pattern exhausts the stack. */
const DEEPEST = 100

/** `{ $.status = 500 && ($.path = "/books*" || $.user NOT EXISTS) }`; && binds tighter than ||. */
export function jsonPattern(text: string): FilterPattern {
  if (!text.endsWith('}')) throw new PatternError('a JSON pattern ends with }')
  const test = new Reader(tokenize(text.slice(1, -1))).whole()
  return {
    match(message) {
      const root = parseObject(message)
      if (root === undefined || !test(root)) return undefined
      return { extracted: {}, field: selector => textAt(root, selector) }
    },
  }
}

function parseObject(message: string): unknown {
  // Most lines that are no JSON are told by their first character, without the cost of an exception.
  const first = message.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

class Reader {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Test {
    const test = this.#either()
    if (this.#next < this.#tokens.length) throw this.#unexpected()
    return test
  }

  #either(): Test {
    const tests = [this.#both()]
    while (this.#take('||')) tests.push(this.#both())
    return root => tests.some(test => test(root))
  }

  #both(): Test {
    const tests = [this.#one()]
    while (this.#take('&&')) tests.push(this.#one())
    return root => tests.every(test => test(root))
  }

  #one(): Test {
    if (this.#take('(')) {
      if (++this.#depth > DEEPEST) throw new PatternError(`it is nested deeper than ${DEEPEST} levels`)
      const test = this.#either()
      if (!this.#take(')')) throw this.#unexpected()
      this.#depth--
      return test
    }
    const selector = this.#tokens[this.#next]
    if (selector?.kind !== 'selector') throw this.#unexpected()
    this.#next++
    return this.#condition(readSelector(selector.text))
  }

  #condition(path: Path): Test {
    const words = this.#tokens.slice(this.#next, this.#next + 2).map(({ text }) => text.toUpperCase())
    if (words[0] === 'NOT' && words[1] === 'EXISTS') return this.#after(2, root => valuesAt(root, path).length === 0)
    if (words[0] === 'EXISTS') return this.#after(1, root => valuesAt(root, path).length > 0)
    if (words[0] === 'IS') {
      const constants: Readonly<Record<string, unknown>> = { NULL: null, TRUE: true, FALSE: false }
      const wanted = words[1] ?? ''
      if (Object.hasOwn(constants, wanted)) {
        return this.#after(2, root => valuesAt(root, path).some(value => value === constants[wanted]))
      }
    }
    const operator = this.#tokens[this.#next]
    if (operator?.kind !== 'operator' || !isComparison(operator.text)) throw this.#unexpected()
    this.#next++
    const test = this.#textTest(operator.text)
    return root => valuesAt(root, path).some(value => isLeaf(value) && test(String(value)))
  }

  #textTest(operator: Comparison): TextTest {
    const value = this.#tokens[this.#next++]
    if (value?.kind === 'regex') {
      const test = regexTest(value.text)
      if (operator === '=') return test
      if (operator === '!=') return text => !test(text)
    }
    if (value?.kind === 'quoted') return comparisonTest(operator, { text: value.text, quoted: true })
    if (value?.kind === 'word') return comparisonTest(operator, { text: value.text, quoted: false })
    this.#next--
    throw this.#unexpected()
  }

  #after(tokens: number, test: Test): Test {
    this.#next += tokens
    return test
  }

  #take(operator: string): boolean {
    const token = this.#tokens[this.#next]
    if (token?.kind !== 'operator' || token.text !== operator) return false
    this.#next++
    return true
  }

  #unexpected(): PatternError {
    const token = this.#tokens[this.#next]
    return new PatternError(token ? `unexpected ${token.text}` : 'unexpected end')
  }
}

const isComparison = (text: string): text is Comparison => ['=', '!=', '<', '<=', '>', '>='].includes(text)

/** A selector that leads to a list or an object matches nothing, whatever is asked of it. */
const isLeaf = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    const found = Object.entries(groups ?? {}).find(([, value]) => value !== undefined)
    if (!found) throw new PatternError(`it can't be read from position ${at + 2}`)
    const [kind, value = ''] = found
    if (kind === 'quoted') tokens.push({ kind, text: value.replace(/\\(.)/g, '$1') })
    else if (kind === 'selector' || kind === 'operator' || kind === 'regex') tokens.push({ kind, text: value })
    else tokens.push({ kind: 'word', text: value })
  }
  return tokens
}

/** Names, places in lists, and `*` for each of a list. */
type Path = readonly (string | number)[]

function readSelector(text: string): Path {
  const parts = text.matchAll(/\.([\w-]+)|\[\s*(?:(\d+)|(\*)|"([^"]*)"|'([^']*)')\s*\]/g)
  return [...parts].map(([, name, place, each, double, single]) =>
    place === undefined ? (name ?? each ?? double ?? single ?? '') : Number(place),
  )
}

function valuesAt(root: unknown, path: Path): readonly unknown[] {
  let values: readonly unknown[] = [root]
  for (const part of path) {
    values = values.flatMap(value => {
      if (part === '*') return Array.isArray(value) ? value : []
      if (typeof part === 'number') return Array.isArray(value) && part < value.length ? [value[part]] : []
      const named = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, part)
      return named ? [Reflect.get(value, part)] : []
    })
  }
  return values
}

/** The text at a selector such as `$.latency`; nothing when there is none. */
function textAt(root: unknown, selector: string): string | undefined {
  const value = valuesAt(root, readSelector(selector))[0]
  return isLeaf(value) ? String(value) : undefined
}
