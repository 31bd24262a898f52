import type { Instant } from '@terrace/kit'

// What changes with every millisecond is looked up: these texts are made for every request, several times.
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, '0'))
const UNDER_A_SECOND: readonly string[] = THREE_DIGITS.map(digits => `0.${digits}`)

/** Seconds with three decimals; `-1` for what never happened. @param milliseconds  negative: it never happened */
export function secondsText(milliseconds: number): string {
  if (milliseconds < 0) return '-1'
  return UNDER_A_SECOND[milliseconds] ?? (milliseconds / 1000).toFixed(3)
}

/** Texts of moments as in `2026-01-01T00:00:00.000Z`. Those of the same second are made once. */
export const isoTime = (() => {
  let knownSecond = Number.NaN
  let beginning = ''
  return (at: Instant): string => {
    const second = Math.floor(at / 1000)
    if (second !== knownSecond) {
      knownSecond = second
      beginning = new Date(second * 1000).toISOString().slice(0, -4)
    }
    return `${beginning}${THREE_DIGITS[Math.floor(at - second * 1000)]}Z`
  }
})()
