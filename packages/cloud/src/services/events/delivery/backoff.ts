import type { Duration, Random } from '@terrace/kit'
import { FIRST_RETRY, LONGEST_RETRY } from '../limits.ts'

/**
 * How long to wait before a try: twice as long as before the last one, up to a longest wait, less a random part of up to a
 * half.
 *
 * @param retry  1 for the first try after a failure
 */
export function backoff(retry: number, random: Random): Duration {
  const whole = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(retry - 1, 20))
  return Math.round(whole * (1 - random.next() / 2))
}
