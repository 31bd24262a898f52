import { between, lit, toRgb } from '../colour.ts'
import { clouds, type Plane, paint, relight } from '../plane.ts'
import type { Background, Canvas } from './background.ts'

/** A wall of one colour. */
export const plain: Background = {
  colours: 1,
  paint: async canvas => uneven(canvas, flat(canvas), 0.015),
}

/** One colour that runs into another. */
export const gradient: Background = {
  colours: 2,
  paint: async canvas => {
    const { random, width, height, colours } = canvas
    const [from, to] = [toRgb(colours[0]), toRgb(colours[1])]
    const turn = between(random, 0, 2 * Math.PI)
    const [across, down] = [Math.cos(turn), Math.sin(turn)]
    return paint(width, height, (x, y) => mixed(from, to, 0.5 + (x - 0.5) * across * 0.7 + (y - 0.5) * down * 0.7))
  },
}

/** One colour, darker towards the corners. */
export const vignette: Background = {
  colours: 1,
  paint: async canvas => {
    const { random, width, height, colours } = canvas
    const [bright, dark] = [toRgb(lit(colours[0], 1.08)), toRgb(lit(colours[0], between(random, 0.6, 0.8)))]
    const [x0, y0] = [between(random, 0.35, 0.65), between(random, 0.3, 0.6)]
    return paint(width, height, (x, y) => mixed(bright, dark, Math.min(1, Math.hypot(x - x0, y - y0) * 1.25) ** 1.6))
  },
}

/** Plaster, paper, carpet: one colour with a grain. */
export const speckle: Background = {
  colours: 1,
  paint: async canvas => {
    const fine = clouds(canvas.random, canvas, between(canvas.random, 4, 16), 3, 0.8)
    const strength = between(canvas.random, 0.05, 0.13)
    const plane = uneven(canvas, flat(canvas), 0.07)
    relight(plane, index => 1 + strength * (fine[index] ?? 0))
    return plane
  },
}

/** Two tones that meet in a line: a table before a wall, land below a sky. */
export const horizon: Background = {
  colours: 2,
  paint: async canvas => {
    const { random, width, height, colours } = canvas
    const [far, near] = [toRgb(colours[0]), toRgb(colours[1])]
    const [level, slope] = [between(random, 0.35, 0.75), between(random, -0.12, 0.12)]
    const soft = between(random, 0.002, 0.03)
    const plane = paint(width, height, (x, y) => mixed(far, near, (y - level - slope * (x - 0.5)) / soft + 0.5))
    return uneven(canvas, plane, 0.06)
  },
}

const flat = ({ width, height, colours }: Canvas): Plane => {
  const colour = toRgb(colours[0])
  return paint(width, height, () => colour)
}

/** Nothing in front of a camera is evenly lit. */
function uneven({ random, width }: Canvas, plane: Plane, strength: number): Plane {
  const lumps = clouds(random, plane, width / 3, 4)
  relight(plane, index => 1 + strength * (lumps[index] ?? 0))
  return plane
}

type Rgb = readonly [number, number, number]

/** `part` of the second colour, cut to 0…1. */
export function mixed(one: Rgb, other: Rgb, part: number): Rgb {
  const kept = Math.min(1, Math.max(0, part))
  return [one[0] + (other[0] - one[0]) * kept, one[1] + (other[1] - one[1]) * kept, one[2] + (other[2] - one[2]) * kept]
}
