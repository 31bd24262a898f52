/** What can be wrong with the system: each is a story in the README. `none` works. */
export const MISTAKES = ['none', 'narrow-endpoint', 'schema-race', 'not-ready'] as const

export type Mistake = (typeof MISTAKES)[number]
