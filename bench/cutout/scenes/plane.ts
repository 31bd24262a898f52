import type { Random } from '@terrace/kit'
import sharp from 'sharp'

/** Colours of a scene while it is made: RGB 0…255, not yet rounded, row by row. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** A plane filled by a function of the place, 0…1 each way, that answers RGB. */
export function paint(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [number, number, number],
): Plane {
  const values = new Float32Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) values.set(colourAt((x + 0.5) / width, (y + 0.5) / height), at)
  return { width, height, values }
}

/** Multiplies every pixel by `light(index)`; `index` counts pixels. */
export function relight(plane: Plane, light: (index: number) => number): void {
  for (let index = 0, at = 0; at < plane.values.length; index++) {
    const factor = light(index)
    for (const end = at + 3; at < end; at++) plane.values[at] = (plane.values[at] ?? 0) * factor
  }
}

/** An SVG drawing (its inside, in pixels of the scene) over its transparent ground, averaged from twice the size. */
export async function rasterize(
  drawing: string,
  width: number,
  height: number,
): Promise<{ readonly colours: Plane; readonly alpha: Uint8Array }> {
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width * 2}" height="${height * 2}" viewBox="0 0 ${width} ${height}">${drawing}</svg>`
  const fine = await sharp(Buffer.from(source), { limitInputPixels: false }).ensureAlpha().raw().toBuffer()
  const colours = new Float32Array(width * height * 3)
  const alpha = new Uint8Array(width * height)
  for (let index = 0; index < alpha.length; index++) {
    const corner = (Math.floor(index / width) * 4 * width + (index % width) * 2) * 4
    let [red, green, blue, covered] = [0, 0, 0, 0]
    for (const at of [corner, corner + 4, corner + 8 * width, corner + 8 * width + 4]) {
      const weight = fine[at + 3] ?? 0
      red += (fine[at] ?? 0) * weight
      green += (fine[at + 1] ?? 0) * weight
      blue += (fine[at + 2] ?? 0) * weight
      covered += weight
    }
    alpha[index] = Math.round(covered / 4)
    if (covered > 0) colours.set([red / covered, green / covered, blue / covered], index * 3)
  }
  return { colours: { width, height, values: colours }, alpha }
}

/** A soft copy: Gaussian, `sigma` in pixels; below 0.3 nothing changes. `channels` values a pixel. */
export async function soften(
  bytes: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  sigma: number,
): Promise<Uint8Array> {
  if (sigma < 0.3) return bytes
  const picture = sharp(bytes, { raw: { width, height, channels } }).blur({
    sigma,
    minAmplitude: 0.01,
    precision: 'float',
  })
  return channels === 1 ? picture.toColourspace('b-w').raw().toBuffer() : picture.raw().toBuffer()
}

/** The plane in whole bytes. */
export const toBytes = (plane: Plane) => Uint8Array.from(new Uint8ClampedArray(plane.values))

/** The plane softened; its colours are rounded on the way. */
export async function softened(plane: Plane, sigma: number): Promise<Plane> {
  const { width, height } = plane
  if (sigma < 0.3) return plane
  return { width, height, values: Float32Array.from(await soften(toBytes(plane), width, height, 3, sigma)) }
}

/**
 * Clouds: value noise in octaves, about −1…1, one value a pixel. `cell` is the size of the coarsest lump in pixels;
 * every further octave is half as large and `persistence` times as strong.
 */
export function clouds(
  random: Random,
  { width, height }: Pick<Plane, 'width' | 'height'>,
  cell: number,
  octaves: number,
  persistence = 0.5,
): Float32Array {
  const sum = new Float32Array(width * height)
  for (let octave = 0, size = cell, strength = 1; octave < octaves && size >= 1; octave++) {
    const columns = Math.ceil(width / size) + 2
    const lattice = Float32Array.from(
      { length: columns * (Math.ceil(height / size) + 2) },
      () => (random.next() * 2 - 1) * strength,
    )
    for (let y = 0, index = 0; y < height; y++) {
      const row = Math.floor(y / size)
      const down = eased(y / size - row)
      for (let x = 0; x < width; x++, index++) {
        const column = Math.floor(x / size)
        const right = eased(x / size - column)
        const at = row * columns + column
        const upper = (lattice[at] ?? 0) * (1 - right) + (lattice[at + 1] ?? 0) * right
        const lower = (lattice[at + columns] ?? 0) * (1 - right) + (lattice[at + columns + 1] ?? 0) * right
        sum[index] = (sum[index] ?? 0) + upper * (1 - down) + lower * down
      }
    }
    size /= 2
    strength *= persistence
  }
  return sum
}

const eased = (part: number) => part * part * (3 - 2 * part)
