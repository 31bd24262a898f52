/** How a form names one of its text fields: "a title", "A title". */
export interface TextRule {
  /** "Enter a title" */
  readonly missing: string
  /** Longest allowed, in characters as a person counts them (code points). */
  readonly maxCharacters: number
  /** "A title has at most 255 characters; yours has 301" */
  readonly tooLong: (max: string, actual: string) => string
}

/** What is wrong with a text, in words, or undefined. Spaces around it do not count. */
export function checkText(value: string, rule: TextRule): string | undefined {
  const characters = [...value.trim()].length
  if (characters === 0) return rule.missing
  if (characters <= rule.maxCharacters) return undefined
  const number = new Intl.NumberFormat()
  return rule.tooLong(number.format(rule.maxCharacters), number.format(characters))
}
