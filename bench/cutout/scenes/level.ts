import type { BackgroundName } from './backgrounds/index.ts'

/** How hard a scene is meant to be. */
export type LevelName = 'easy' | 'fair' | 'hard' | 'unfair'

/** What a level allows; pairs are the bounds that a scene draws from evenly. */
export interface Level {
  readonly backgrounds: readonly BackgroundName[]
  /** Every colour of the subject is at least this far from every colour behind it (Oklab). */
  readonly apart: number
  /** When given, every colour of the subject is also no further than this from one behind it. */
  readonly within?: number
  /** How often the subject throws a shadow, 0…1. */
  readonly shadow: number
  /** How uneven the surface of the subject is, as a part of its light. */
  readonly texture: readonly [number, number]
  /** Standard deviation of the sensor's noise, of 255. */
  readonly noise: readonly [number, number]
  /** Sigma of the lens' blur in pixels; the truth is blurred alike. */
  readonly blur: readonly [number, number]
  /** Quality of the JPEG file. */
  readonly quality: readonly [number, number]
}

/** The levels, from a studio to a camouflage. */
export const levels: Readonly<Record<LevelName, Level>> = {
  easy: {
    backgrounds: ['plain', 'gradient', 'vignette'],
    apart: 0.24,
    shadow: 0.2,
    texture: [0.02, 0.08],
    noise: [1, 3],
    blur: [0.4, 0.8],
    quality: [88, 95],
  },
  fair: {
    backgrounds: ['bokeh', 'speckle', 'horizon', 'gradient', 'vignette'],
    apart: 0.17,
    shadow: 0.5,
    texture: [0.04, 0.14],
    noise: [2, 5],
    blur: [0.4, 1],
    quality: [80, 93],
  },
  hard: {
    backgrounds: ['stripes', 'tiles', 'foliage', 'horizon', 'bokeh'],
    apart: 0.12,
    shadow: 0.5,
    texture: [0.06, 0.2],
    noise: [3, 7],
    blur: [0.5, 1.2],
    quality: [72, 88],
  },
  unfair: {
    backgrounds: ['foliage', 'tiles', 'speckle', 'gradient', 'horizon'],
    apart: 0.03,
    within: 0.09,
    shadow: 0.5,
    texture: [0.06, 0.2],
    noise: [4, 8],
    blur: [0.5, 1.3],
    quality: [70, 82],
  },
}

/** Ten scenes in a row are of these levels, in an order drawn by lot. */
export const mixOfTen: readonly LevelName[] = [
  ...Array<LevelName>(4).fill('easy'),
  ...Array<LevelName>(3).fill('fair'),
  ...Array<LevelName>(2).fill('hard'),
  'unfair',
]
