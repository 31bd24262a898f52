/** What is wrong with the stack; `none` works. */
export const MISTAKES = ['none', 'forgotten-port', 'unreadable-secret', 'unreachable-s3'] as const

export type Mistake = (typeof MISTAKES)[number]

/** What `-c mistake=…` gave. @throws when there is no such mistake */
export function mistakeFrom(given: unknown): Mistake {
  if (given === undefined) return 'none'
  const found = MISTAKES.find(mistake => mistake === given)
  if (found) return found
  throw new Error(`mistake=${String(given)} is not known; give one of ${MISTAKES.join(', ')}`)
}
