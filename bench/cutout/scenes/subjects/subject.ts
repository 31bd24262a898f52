import type { Random } from '@terrace/kit'
import type { Colour, ColourRange } from '../colour.ts'

/** Where a subject has to fit, in pixels of the scene; it may reach over the scene's border. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a subject is drawn with. */
export interface Brush {
  readonly random: Random
  readonly box: Box
  /** A colour that is as far from the background's, or as near, as the scene's level wants. */
  colour(range?: Partial<ColourRange>): Colour
}

/** Draws one subject: the inside of an SVG; what it leaves transparent is background. */
export type Subject = (brush: Brush) => string
