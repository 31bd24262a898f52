/** A span of time in milliseconds. Make one with `seconds(5)`; never pass a bare number with another unit. */
export type Duration = number

export const milliseconds = (n: number): Duration => n
export const seconds = (n: number): Duration => n * 1000
export const minutes = (n: number): Duration => n * 60_000
export const hours = (n: number): Duration => n * 3_600_000
export const days = (n: number): Duration => n * 86_400_000

/** For people: `850 ms`, `4.2 s`, `3 min 20 s`. */
export function formatDuration(span: Duration): string {
  if (span < 1000) return `${Math.round(span)} ms`
  if (span < 60_000) return `${(span / 1000).toFixed(1)} s`
  const whole = Math.round(span / 1000)
  return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`
}
