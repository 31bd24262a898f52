import { PatternError } from './pattern-error.ts'

/** Whether a text is what a pattern asks for. */
export type TextTest = (text: string) => boolean

/** What AWS lets into regular expressions: no groups, so that nothing takes exponential time to match. */
const REGEX_CHARACTERS = /^[\w\s:#=@/;,\-^$?[\]{}|\\*+.]*$/

/** Longest regular expression; a pattern itself has 1024 characters. */
const LONGEST_REGEX = 256

/** `%…%`: found anywhere in the text. @throws PatternError */
export function regexTest(source: string): TextTest {
  if (source === '' || source.length > LONGEST_REGEX) {
    throw new PatternError(`a regular expression has 1 to ${LONGEST_REGEX} characters`)
  }
  if (!REGEX_CHARACTERS.test(source))
    throw new PatternError(`the regular expression %${source}% has characters that are not supported`)
  // Each one multiplies the time that a long text can take.
  if ((source.match(/[*+{]/g) ?? []).length > 5) {
    throw new PatternError(`the regular expression %${source}% repeats more than 5 times`)
  }
  try {
    const expression = new RegExp(source)
    return text => expression.test(text)
  } catch {
    throw new PatternError(`%${source}% is not a regular expression`)
  }
}

/** Equal, where `*` at the beginning or the end stands for any text. */
export function wildcardTest(wanted: string): TextTest {
  if (wanted === '*') return () => true
  const before = wanted.startsWith('*')
  const after = wanted.endsWith('*') && wanted.length > 1
  const text = wanted.slice(before ? 1 : 0, after ? -1 : undefined)
  if (before && after) return given => given.includes(text)
  if (before) return given => given.endsWith(text)
  if (after) return given => given.startsWith(text)
  return given => given === text
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The number that a text is; nothing when it is none. */
export const numberIn = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined)

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** `= 4*`, `!= 403`, `> 1000`: numbers are compared as numbers. @throws PatternError when less or more is asked of a text */
export function comparisonTest(
  operator: Comparison,
  wanted: { readonly text: string; readonly quoted: boolean },
): TextTest {
  const number = wanted.quoted ? undefined : numberIn(wanted.text)
  if (operator === '=' || operator === '!=') {
    const textual = wildcardTest(wanted.text)
    const equal: TextTest = number === undefined ? textual : text => textual(text) || numberIn(text) === number
    return operator === '=' ? equal : text => !equal(text)
  }
  if (number === undefined) throw new PatternError(`${operator} compares with a number, not with ${wanted.text}`)
  const compare = {
    '<': (a: number) => a < number,
    '<=': (a: number) => a <= number,
    '>': (a: number) => a > number,
    '>=': (a: number) => a >= number,
  }[operator]
  return text => {
    const given = numberIn(text)
    return given !== undefined && compare(given)
  }
}
