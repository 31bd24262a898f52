import { TerraceError } from '@terrace/kit'

/** A regular expression, taken apart. Characters are bytes, 0 to 255. */
export type Expression =
  | { readonly kind: 'set'; readonly bytes: ByteSet }
  | { readonly kind: 'assert'; readonly at: 'start' | 'end' | 'word' | 'noWord' }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly items: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly item: Expression; readonly least: number; readonly most: number }

/** For each byte whether it is in it. */
export type ByteSet = readonly boolean[]

/** The message says what can't be read. */
export const badPattern = (source: string, because: string) =>
  new TerraceError('FIREWALL_PATTERN', `the regular expression ${source} can't be used: ${because}`)

/**
 * Reads what AWS WAF takes of PCRE: no back references, no assertions that look around, no subroutines, no conditions.
 *
 * @throws TerraceError FIREWALL_PATTERN
 * @see WAF Developer Guide, "Supported regular expression syntax in AWS WAF"
 */
export const parsePattern = (source: string): Expression => new Parser(source).whole()

const setOf = (test: (code: number) => boolean): ByteSet => Array.from({ length: 256 }, (_, code) => test(code))
const not = (set: ByteSet): ByteSet => set.map(each => !each)
const within = (text: string) => setOf(code => text.includes(String.fromCharCode(code)))
const DIGIT = setOf(code => code >= 48 && code <= 57)
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
/** Whether a byte is part of a word: a letter, a digit, an underscore. */
export const isWord = (code: number): boolean => isLetter(code) || code === 95 || (code >= 48 && code <= 57)
const CLASSES: Readonly<Record<string, ByteSet>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: setOf(isWord),
  W: not(setOf(isWord)),
  s: within(' \t\n\r\f\v'),
  S: not(within(' \t\n\r\f\v')),
  h: within(' \t\xa0'),
  v: within('\n\v\f\r\x85'),
  N: not(within('\n')),
}
const POSIX: Readonly<Record<string, ByteSet>> = {
  alpha: setOf(isLetter),
  digit: DIGIT,
  alnum: setOf(code => isLetter(code) || DIGIT[code] === true),
  space: within(' \t\n\r\f\v'),
  upper: setOf(code => code >= 65 && code <= 90),
  lower: setOf(code => code >= 97 && code <= 122),
  punct: setOf(code => code > 32 && code < 127 && !isLetter(code) && DIGIT[code] !== true),
  xdigit: within('0123456789abcdefABCDEF'),
  cntrl: setOf(code => code < 32 || code === 127),
  print: setOf(code => code >= 32 && code < 127),
  graph: setOf(code => code > 32 && code < 127),
  word: setOf(isWord),
  blank: within(' \t'),
}
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, a: 7, e: 27 }
const MOST_REPEATS = 1000

class Parser {
  readonly #source: string
  #at = 0
  #ignoreCase = false
  #dotAll = false

  constructor(source: string) {
    this.#source = source
  }

  whole(): Expression {
    const found = this.#choice()
    if (this.#at < this.#source.length) throw this.#bad('a parenthesis is closed that was not opened')
    return found
  }

  #choice(): Expression {
    const items = [this.#sequence()]
    while (this.#takes('|')) items.push(this.#sequence())
    return items.length === 1 && items[0] ? items[0] : { kind: 'choice', items }
  }

  #sequence(): Expression {
    const items: Expression[] = []
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) {
      const item = this.#atom()
      if (item) items.push(this.#repeated(item))
    }
    return { kind: 'sequence', items }
  }

  #repeated(item: Expression): Expression {
    let found = item
    for (;;) {
      const counts = this.#quantifier()
      if (!counts) return found
      if (counts[1] < counts[0]) throw this.#bad('a repetition ends below its beginning')
      // Whether it is greedy makes no difference to whether it matches.
      if (!this.#takes('?') && this.#takes('+')) throw this.#bad('possessive repetitions are not supported')
      found = { kind: 'repeat', item: found, least: counts[0], most: counts[1] }
    }
  }

  #quantifier(): readonly [number, number] | undefined {
    if (this.#takes('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.#takes('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.#takes('?')) return [0, 1]
    const braces = /^\{(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#at))
    if (!braces) return undefined
    this.#at += braces[0].length
    const least = Number(braces[1])
    const most = braces[2] === undefined ? least : braces[3] === '' ? Number.POSITIVE_INFINITY : Number(braces[3])
    if (least > MOST_REPEATS || (most !== Number.POSITIVE_INFINITY && most > MOST_REPEATS)) {
      throw this.#bad(`a repetition of more than ${MOST_REPEATS}`)
    }
    return [least, most]
  }

  #atom(): Expression | undefined {
    const character = this.#next()
    switch (character) {
      case '(':
        return this.#group()
      case '[':
        return this.#set(this.#class())
      case '.':
        return { kind: 'set', bytes: this.#dotAll ? setOf(() => true) : not(within('\n')) }
      case '^':
        return { kind: 'assert', at: 'start' }
      case '$':
        return { kind: 'assert', at: 'end' }
      case '*':
      case '+':
      case '?':
        throw this.#bad(`nothing stands before ${character}`)
      case '\\':
        return this.#escape()
      default:
        return this.#set(within(character))
    }
  }

  #group(): Expression | undefined {
    const before = [this.#ignoreCase, this.#dotAll] as const
    if (this.#takes('?')) {
      const named = /^(P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(this.#source.slice(this.#at))
      const flags = /^([ims]*)(-[ims]+)?([:)])/.exec(this.#source.slice(this.#at))
      if (named) this.#at += named[0].length
      else if (flags) {
        this.#at += flags[0].length
        const [, on = '', off = '', end] = flags
        if (`${on}${off}`.includes('m')) throw this.#bad('the flag m is not supported')
        this.#ignoreCase = (this.#ignoreCase || on.includes('i')) && !off.includes('i')
        this.#dotAll = (this.#dotAll || on.includes('s')) && !off.includes('s')
        if (end === ')') return undefined
      } else throw this.#bad('groups that look around, conditions, recursion and comments are not supported')
    }
    const inside = this.#choice()
    if (!this.#takes(')')) throw this.#bad('a parenthesis is not closed')
    ;[this.#ignoreCase, this.#dotAll] = before
    return inside
  }

  #escape(): Expression {
    const character = this.#next()
    if (character === 'b') return { kind: 'assert', at: 'word' }
    if (character === 'B') return { kind: 'assert', at: 'noWord' }
    if (character === 'A') return { kind: 'assert', at: 'start' }
    if (character === 'z' || character === 'Z') return { kind: 'assert', at: 'end' }
    if (/[1-9gk]/.test(character)) throw this.#bad('back references are not supported')
    if (/[CGKREXpPQ]/.test(character)) throw this.#bad(`\\${character} is not supported`)
    return this.#set(this.#escaped(character))
  }

  #escaped(character: string): ByteSet {
    const known = CLASSES[character]
    if (known) return known
    if (character === 'x') {
      const hex = /^(\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{2}))/.exec(this.#source.slice(this.#at))
      if (!hex) throw this.#bad('\\x needs two hexadecimal digits')
      this.#at += hex[0].length
      const code = Number.parseInt(hex[2] ?? hex[3] ?? '0', 16)
      if (code > 255) throw this.#bad('characters above \\xff are not supported')
      return setOf(each => each === code)
    }
    const control = character === '0' ? 0 : CONTROLS[character]
    if (control !== undefined) return setOf(each => each === control)
    if (/[A-Za-z]/.test(character)) throw this.#bad(`\\${character} is not supported`)
    return within(character)
  }

  #class(): ByteSet {
    const inverted = this.#takes('^')
    const found = Array.from({ length: 256 }, () => false)
    const add = (set: ByteSet) => {
      for (const [code, each] of set.entries()) found[code] ||= each
    }
    let first = true
    while (first || !this.#sees(']')) {
      first = false
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#source.slice(this.#at))
      if (posix) {
        const set = POSIX[posix[2] ?? '']
        if (!set) throw this.#bad(`there is no class ${posix[0]}`)
        add(posix[1] ? not(set) : set)
        this.#at += posix[0].length
        continue
      }
      const from = this.#classMember()
      const single = from.indexOf(true)
      const isOne = from.lastIndexOf(true) === single
      if (isOne && this.#sees('-') && this.#source[this.#at + 1] !== ']' && this.#at + 1 < this.#source.length) {
        this.#at++
        const to = this.#classMember().indexOf(true)
        if (to < single) throw this.#bad('a range ends before its beginning')
        add(setOf(code => code >= single && code <= to))
      } else add(from)
    }
    this.#at++
    const folded = this.#ignoreCase ? fold(found) : found
    return inverted ? not(folded) : folded
  }

  #classMember(): ByteSet {
    const character = this.#next()
    if (character !== '\\') return within(character)
    const escaped = this.#next()
    return escaped === 'b' ? within('\b') : this.#escaped(escaped)
  }

  #set(bytes: ByteSet): Expression {
    return { kind: 'set', bytes: this.#ignoreCase ? fold(bytes) : bytes }
  }

  #next(): string {
    const character = this.#source[this.#at++]
    if (character === undefined) throw this.#bad('it ends in the middle')
    if (character.charCodeAt(0) > 255) throw this.#bad('characters above \\xff are not supported')
    return character
  }

  #sees(character: string): boolean {
    return this.#source[this.#at] === character
  }

  #takes(character: string): boolean {
    if (!this.#sees(character)) return false
    this.#at++
    return true
  }

  #bad(because: string) {
    return badPattern(this.#source, because)
  }
}

const swapped = (code: number): number => (isLetter(code) ? code ^ 32 : code)
const fold = (set: ByteSet): ByteSet => set.map((each, code) => each || set[swapped(code)] === true)
