import type { Background } from './background.ts'
import { bokeh, foliage, stripes, tiles } from './busy.ts'
import { gradient, horizon, plain, speckle, vignette } from './smooth.ts'

/** Everything that can be behind a subject. */
export const backgrounds = {
  bokeh,
  foliage,
  gradient,
  horizon,
  plain,
  speckle,
  stripes,
  tiles,
  vignette,
} satisfies Record<string, Background>

export type BackgroundName = keyof typeof backgrounds
