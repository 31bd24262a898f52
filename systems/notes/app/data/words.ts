/** Characters of a word that are searched; the full-text index leaves out words of more than 84. */
const WORD = 80

/** Most words of a search; what is typed beyond them is not looked at. */
const MOST_WORDS = 10

/** Letters, digits and `_`; scripts that are written without spaces are cut into single characters. */
const WORDS =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}])[\p{L}\p{N}_])+/gu

/**
 * In front of every word. InnoDB's index leaves out words of fewer than three characters and a list of stop words
 * ("the", "who", "de"), and a server's settings may say otherwise; with this none is short and none is on a list.
 * @see https://dev.mysql.com/doc/refman/8.0/en/fulltext-stopwords.html
 */
const MARK = 'zz'

/** The words of a text as they are searched, each once: without case and accents. */
export const wordsOf = (text: string): readonly string[] => [
  ...new Set(
    Array.from(text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().matchAll(WORDS), ([word]) =>
      [...word].slice(0, WORD).join(''),
    ),
  ),
]

/** What is kept of a note for the search: ` zzbuy zzmilk `. */
export const searchWords = (...texts: readonly string[]): string =>
  ` ${wordsOf(texts.join(' '))
    .map(word => MARK + word)
    .join(' ')} `

/** One word of a search, in two forms that find the same. */
export interface Term {
  /** For `match … against (… in boolean mode)`. */
  readonly expression: string
  /** For `words like … escape '!'`. */
  readonly pattern: string
}

/** What is searched: notes that have all of the terms. */
export interface Search {
  readonly terms: readonly Term[]
}

/**
 * What a person types, as a search. Nothing typed is an operator: only letters and digits are looked at. The last word
 * may be the beginning of a longer one.
 *
 * @returns undefined when there is no word in it
 */
export function searchFor(typed: string): Search | undefined {
  const words = wordsOf(typed).slice(0, MOST_WORDS)
  if (words.length === 0) return undefined
  const terms = words.map((word, index): Term => {
    const isLast = index === words.length - 1
    return {
      expression: `+${MARK}${word}${isLast ? '*' : ''}`,
      pattern: `% ${MARK}${word.replaceAll('_', '!_')}${isLast ? '%' : ' %'}`,
    }
  })
  return { terms }
}
