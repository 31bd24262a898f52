import { type Instant, minutes } from '@terrace/kit'

/** Hour of the day → work, in instances that would be busy with it all the time. */
const HOURS: readonly (readonly [hour: number, work: number])[] = [
  [0, 0.1],
  [7, 0.1],
  [9, 1.9],
  [11.5, 2.4],
  [13, 1.4],
  [15, 3.2],
  [17, 2.6],
  [19, 0.6],
  [22, 0.2],
  [24, 0.1],
]

/** A day of work: a morning rise, a dip at lunch, a peak in the afternoon, a quiet evening. */
export function workday(at: Instant): number {
  const hour = (at / minutes(60)) % 24
  const next = HOURS.findIndex(([begin]) => begin > hour)
  const [from, before] = HOURS[next - 1] ?? [0, 0]
  const [to, after] = HOURS[next] ?? [24, before]
  // A cosine between two points, so that no corner is where the points are.
  const part = (1 - Math.cos((Math.PI * (hour - from)) / (to - from))) / 2
  return before + (after - before) * part
}
