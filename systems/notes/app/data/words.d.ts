/** The words of a text as they are searched, each once: without case and accents. */
export declare const wordsOf: (text: string) => readonly string[]
/** What is kept of a note for the search: ` zzbuy zzmilk `. */
export declare const searchWords: (...texts: readonly string[]) => string
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
export declare function searchFor(typed: string): Search | undefined
