/** A place in pixels of the scene. */
export type Point = readonly [number, number]

/** A smooth closed SVG path through the points (Catmull-Rom). */
export function closedCurve(points: readonly Point[]): string {
  const at = (index: number): Point => points[(index + points.length) % points.length] ?? [0, 0]
  const parts = points.map((_, index) => {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    const first = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const second = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    return `C${[...first, ...second, ...to].map(short).join(' ')}`
  })
  return `M${at(0).map(short).join(' ')}${parts.join('')}Z`
}

/** Straight lines through the points. */
export const polyline = (points: readonly Point[]) => `M${points.map(point => point.map(short).join(' ')).join('L')}`

/** From one point to another with a bend: one quadratic curve. */
export const bend = (from: Point, over: Point, to: Point) =>
  `M${from.map(short).join(' ')}Q${[...over, ...to].map(short).join(' ')}`

/** A tenth of a pixel is precise enough, and keeps drawings with thousands of hairs small. */
export const short = (value: number) => String(Math.round(value * 10) / 10)
