import type { Random } from '@terrace/kit'
import type { Colour } from '../colour.ts'
import type { Plane } from '../plane.ts'

/** What a background is painted with. */
export interface Canvas {
  readonly random: Random
  readonly width: number
  readonly height: number
  /** At least five; a background uses as many of them as it needs, from the first. */
  readonly colours: readonly [Colour, Colour, Colour, Colour, Colour]
}

/** Paints what is behind the subject. */
export interface Background {
  /** How many of the canvas' colours show. */
  readonly colours: 1 | 2 | 5
  paint(canvas: Canvas): Promise<Plane>
}
