import type { Gap } from '@terrace/model'

/** Collects what was not understood, in the order in which it is met. */
export interface Gaps {
  add(gap: Gap): void
  all(): readonly Gap[]
}

/** A list that leaves out what it has already: one property may be looked at twice. */
export function collectGaps(): Gaps {
  const gaps = new Map<string, Gap>()
  return {
    add(gap) {
      const key = `${gap.place.file} ${gap.path} ${gap.message}`
      if (!gaps.has(key)) gaps.set(key, gap)
    },
    all: () => [...gaps.values()],
  }
}
