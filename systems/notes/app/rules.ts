/**
 * What a note may be, in the words that a person reads. The server and the script in the browser ask the same
 * functions, so that both say the same. Lengths are in characters (code points), as MySQL counts them.
 */
export const LIMITS = { title: 64, description: 10_000, tags: 10, tag: 32 } as const

/** White space around it goes. */
export const cleanTitle = (text: string): string => text.trim()

/** One kind of line end, and no white space at the end. */
export const cleanDescription = (text: string): string => text.replace(/\r\n?/g, '\n').trimEnd()

/** Lower case, one kind of accent, single spaces. */
export const cleanTag = (text: string): string => text.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ')

/** The tags in a line of text, comma-separated, each once. */
export const tagsIn = (text: string): readonly string[] => cleanTags(text.split(','))

/** Cleaned, without empty ones, each once. */
export const cleanTags = (tags: readonly string[]): readonly string[] => [
  ...new Set(tags.map(cleanTag).filter(tag => tag !== '')),
]

/** What is wrong with a cleaned title. */
export function titleProblem(title: string): string | undefined {
  if (title === '') return 'Enter a title'
  return tooLong('A title', title, LIMITS.title) ?? unreadable('A title', title, /\p{Cc}/u)
}

/** What is wrong with a cleaned description. */
export const descriptionProblem = (description: string): string | undefined =>
  tooLong('A description', description, LIMITS.description) ??
  // Line ends and tabs are text.
  unreadable('A description', description, /(?![\n\t])\p{Cc}/u)

/** What is wrong with cleaned tags. */
export function tagsProblem(tags: readonly string[]): string | undefined {
  if (tags.length > LIMITS.tags) return `A note has at most ${LIMITS.tags} tags; this one has ${tags.length}`
  for (const tag of tags) {
    const problem = tooLong('A tag', tag, LIMITS.tag) ?? unreadable('A tag', tag, /\p{Cc}/u)
    if (problem) return problem
    if (tag.includes(',')) return 'A tag has no comma in it'
  }
  return undefined
}

function tooLong(what: string, text: string, max: number): string | undefined {
  const length = [...text].length
  return length > max
    ? `${what} has at most ${max.toLocaleString('en')} characters; this one has ${length.toLocaleString('en')}`
    : undefined
}

const unreadable = (what: string, text: string, forbidden: RegExp): string | undefined =>
  forbidden.test(text) || !text.isWellFormed() ? `${what} can’t have control characters or broken ones` : undefined
