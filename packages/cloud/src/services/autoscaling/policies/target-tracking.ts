/**
 * Where `AlarmLow` of a target tracking policy stands, as a part of the target: 70 % for small groups, up to 90 % for
 * larger ones, so that taking an instance out doesn't bring the metric over the target at once.
 *
 * AWS doesn't publish it. The rule (N−1)/N, rounded down to 5 % and kept within 70…90 %, fits every threshold that was
 * seen: 50→35, 40→28, 30→21 on small groups, 50→42.5 at seven instances.
 */
export function lowFactor(capacity: number): number {
  const part = capacity > 0 ? (capacity - 1) / capacity : 0
  // Twentieths: 0.85 is 17 of them, exactly.
  const twentieths = Math.floor(part * 20 + 1e-9)
  return Math.min(18, Math.max(14, twentieths)) / 20
}

/**
 * The capacity at which the metric would be at its target; what would be removed is rounded down, so that it removes too
 * little and not too much.
 *
 * @param capacity  instances that the metric was measured over
 */
export const scaledIn = (capacity: number, metric: number, target: number): number =>
  capacity - Math.floor(capacity - (capacity * metric) / target + 1e-9)
