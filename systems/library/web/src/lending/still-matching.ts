import type { Choice } from '@terrace/ui'

/**
 * What of an older answer may be offered while the answer to the present text is on its way: only what matches it.
 * Whoever types fast and presses Enter must not choose something else.
 */
export function stillMatching(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = fold(typed)
  return choices.filter(({ name, note = '' }) => fold(name).includes(wanted) || fold(note).includes(wanted))
}

/** Without case and accents, as the server searches. */
export const fold = (value: string): string => value.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase().trim()
