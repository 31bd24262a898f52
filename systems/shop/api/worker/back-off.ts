import type { Random } from '@terrace/kit'

const FIRST_SECONDS = 2
const LONGEST_SECONDS = 900

/**
 * How long a message waits before it is tried again, whole seconds: 1–2 after the first attempt, then up to 8, 32 and
 * 128. By chance between half and all of it, so that what failed together doesn't come back together.
 */
export function backOffSeconds(receives: number, random: Random): number {
  const longest = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 4 ** (receives - 1))
  return Math.ceil(longest * (0.5 + random.next() / 2))
}
