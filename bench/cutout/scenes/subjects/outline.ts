import type { Random } from '@terrace/kit'
import { between, type Colour, css, lit } from '../colour.ts'
import type { Point } from '../curve.ts'
import type { Box } from './subject.ts'

/** A wavy outline around a middle: `count` points whose radius varies by `wave` (0: an ellipse). */
export function wavyOutline(random: Random, { x, y, width, height }: Box, wave: number, count = 48): readonly Point[] {
  const waves = [2, 3, 4, 5].map(turns => ({
    turns,
    strength: (between(random, 0, wave) * 2) / turns,
    start: between(random, 0, 2 * Math.PI),
  }))
  const largest = 1 + waves.reduce((sum, { strength }) => sum + strength, 0)
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI
    const radius =
      waves.reduce((sum, { turns, strength, start }) => sum + strength * Math.sin(turns * angle + start), 1) / largest
    return [
      x + (width / 2) * (1 + radius * Math.cos(angle)),
      y + (height / 2) * (1 + radius * Math.sin(angle)),
    ] as const
  })
}

/** A gradient from light to dark of one colour, to be filled with `url(#id)`; `turn` in degrees. */
export const shading = (id: string, colour: Colour, turn: number, contrast = 0.3) =>
  `<linearGradient id="${id}" gradientTransform="rotate(${Math.round(turn)} .5 .5)">` +
  `<stop offset="0" stop-color="${css(lit(colour, 1 + contrast))}"/>` +
  `<stop offset=".45" stop-color="${css(colour)}"/>` +
  `<stop offset="1" stop-color="${css(lit(colour, 1 - contrast))}"/></linearGradient>`
