import type { Random } from '@terrace/kit'

/**
 * A colour whose distances are what an eye sees: Oklab, lightness 0…1, the two others about ±0.3.
 * Source: "A perceptual color space for image processing", bottosson.github.io/posts/oklab.
 */
export interface Colour {
  readonly lightness: number
  readonly a: number
  readonly b: number
}

/** Bounds to choose a colour within: lightness 0…1, chroma 0…0.3, hue in degrees. */
export interface ColourRange {
  readonly lightness: readonly [number, number]
  readonly chroma: readonly [number, number]
  readonly hue: readonly [number, number]
}

/** Whatever paint and stuff come in. */
export const ANY: ColourRange = { lightness: [0.15, 0.95], chroma: [0.01, 0.16], hue: [0, 360] }

/** A number in [low, high). */
export const between = (random: Random, low: number, high: number) => low + random.next() * (high - low)

/** A colour of the range, evenly. */
export function anyColour(random: Random, range: ColourRange = ANY): Colour {
  const chroma = between(random, ...range.chroma)
  const hue = (between(random, ...range.hue) * Math.PI) / 180
  return { lightness: between(random, ...range.lightness), a: chroma * Math.cos(hue), b: chroma * Math.sin(hue) }
}

/** A colour near another: each part within `spread` of it. */
export const nearColour = (random: Random, { lightness, a, b }: Colour, spread: number): Colour => ({
  lightness: Math.min(0.97, Math.max(0.05, lightness + between(random, -spread, spread))),
  a: a + between(random, -spread, spread) / 2,
  b: b + between(random, -spread, spread) / 2,
})

/** How different two colours look; 0.02 is just visible. */
export const distance = (one: Colour, other: Colour) =>
  Math.hypot(one.lightness - other.lightness, one.a - other.a, one.b - other.b)

/** Distance to the nearest of several. */
export const distanceToNearest = (one: Colour, others: readonly Colour[]) =>
  Math.min(...others.map(other => distance(one, other)))

/** The best of 40 colours of the range by `rate`, or the first that is rated 0 or more. */
export function chooseColour(random: Random, range: ColourRange, rate: (colour: Colour) => number): Colour {
  let best = anyColour(random, range)
  for (let tries = 0; tries < 40 && rate(best) < 0; tries++) {
    const other = anyColour(random, range)
    if (rate(other) > rate(best)) best = other
  }
  return best
}

/** sRGB, three numbers 0…255, clipped to what a screen can show. */
export function toRgb({ lightness, a, b }: Colour): readonly [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** `rgb(…)` as SVG writes it. */
export const css = (colour: Colour) => `rgb(${toRgb(colour).map(Math.round).join(',')})`

/** The same colour in more (above 1) or less light. */
export const lit = (colour: Colour, light: number): Colour => ({
  lightness: Math.min(0.98, colour.lightness * light),
  a: colour.a,
  b: colour.b,
})

function encoded(linear: number): number {
  const value = Math.min(1, Math.max(0, linear))
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)
}
