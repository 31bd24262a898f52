/** How a form names one of its text fields: "a title", "A title". */
export interface TextRule {
  /** "Enter a title"; left out where it may stay empty. */
  readonly missing?: string
  /** Longest allowed, in characters as a person counts them (code points). */
  readonly maxCharacters: number
  /** "A title has at most 255 characters; yours has 301" */
  readonly tooLong: (max: string, actual: string) => string
  /** Shortest allowed, with what to say: "A password has at least 12 characters; yours has 3". */
  readonly atLeast?: { readonly characters: number; readonly tooShort: (min: string, actual: string) => string }
  /** What else it must look like, with what to say. */
  readonly pattern?: { readonly like: RegExp; readonly unlike: string }
  /** Passwords: sent as typed, spaces too, and never kept as a draft. */
  readonly isSecret?: boolean
}

/** What is wrong with a text, in words, or undefined. Spaces around it do not count, but in a secret. */
export function checkText(value: string, rule: TextRule): string | undefined {
  const text = rule.isSecret ? value : value.trim()
  const characters = [...text].length
  const number = new Intl.NumberFormat()
  if (characters === 0) return rule.missing
  if (characters > rule.maxCharacters) return rule.tooLong(number.format(rule.maxCharacters), number.format(characters))
  const { atLeast, pattern } = rule
  if (atLeast && characters < atLeast.characters)
    return atLeast.tooShort(number.format(atLeast.characters), number.format(characters))
  return pattern && !pattern.like.test(text) ? pattern.unlike : undefined
}
