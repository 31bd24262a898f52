/**
 * What a note may be, in the words that a person reads. The server and the script in the browser ask the same
 * functions, so that both say the same. Lengths are in characters (code points), as MySQL counts them.
 */
export declare const LIMITS: {
  readonly title: 64
  readonly description: 10000
  readonly tags: 10
  readonly tag: 32
}
/** White space around it goes. */
export declare const cleanTitle: (text: string) => string
/** One kind of line end, and no white space at the end. */
export declare const cleanDescription: (text: string) => string
/** Lower case, one kind of accent, single spaces. */
export declare const cleanTag: (text: string) => string
/** The tags in a line of text, comma-separated, each once. */
export declare const tagsIn: (text: string) => readonly string[]
/** Cleaned, without empty ones, each once. */
export declare const cleanTags: (tags: readonly string[]) => readonly string[]
/** What is wrong with a cleaned title. */
export declare function titleProblem(title: string): string | undefined
/** What is wrong with a cleaned description. */
export declare const descriptionProblem: (description: string) => string | undefined
/** What is wrong with cleaned tags. */
export declare function tagsProblem(tags: readonly string[]): string | undefined
