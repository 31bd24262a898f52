import { describe, expect, it } from 'vitest'
import { createSegmenter } from './create-segmenter.ts'
import type { Picture } from './segmenter.ts'

/** A picture of two paints, with a little structure so that both have a spread. */
function painted(width: number, height: number, isInside: (x: number, y: number) => boolean): Picture {
  const pixels = new Uint8Array(width * height * 3)
  for (let index = 0; index < width * height; index++) {
    const [x, y] = [index % width, Math.floor(index / width)]
    const shade = (index * 7) % 16
    // The background runs from dark to bright: no one colour tells it.
    const light = Math.round((x / width) * 60)
    pixels.set(isInside(x, y) ? [200 + shade, 60, 40] : [30 + light, 90 + light + shade, 150], index * 3)
  }
  return { width, height, pixels }
}

/** Every pixel mixed with the next, as a lens does. */
const softened = ({ pixels, ...size }: Picture): Picture => ({
  ...size,
  pixels: pixels.map((value, at) => (value + (pixels[at + 3] ?? value)) / 2),
})

const agreement = (alpha: Uint8Array, width: number, isInside: (x: number, y: number) => boolean) => {
  let [both, either] = [0, 0]
  for (const [index, value] of alpha.entries()) {
    const truth = isInside(index % width, Math.floor(index / width))
    if (truth && value > 127) both++
    if (truth || value > 127) either++
  }
  return both / either
}

const disc = (x: number, y: number) => Math.hypot(x - 100, y - 70) < 40

describe('the grabcut segmenter', () => {
  it('finds a disc before a gradient, the same every time, while progress grows to 1', async () => {
    const segmenter = await createSegmenter('grabcut')
    const picture = painted(200, 150, disc)
    const progress: number[] = []
    const { alpha, confidence } = await segmenter.segment(picture, { onProgress: done => progress.push(done) })
    expect(agreement(alpha, 200, disc)).toBeGreaterThan(0.95)
    expect(confidence).toBeGreaterThan(0.5)
    expect(progress).toEqual(progress.toSorted((one, other) => one - other))
    expect(progress.at(-1)).toBe(1)
    expect((await segmenter.segment(picture)).alpha).toEqual(alpha)
  })

  // The small one is looked at on a copy of its region, the large one on the picture itself.
  it.each([40, 60])('leaves the pixels of a Buffer as they are, with a disc of radius %i', async radius => {
    const isInside = (x: number, y: number) => Math.hypot(x - 100, y - 75) < radius
    const { width, height, pixels } = softened(painted(200, 150, isInside))
    // The slices of a Buffer are views: what is written into them changes the picture.
    const buffer = Buffer.from(pixels)
    const { alpha, edge } = await (await createSegmenter('grabcut')).segment({ width, height, pixels: buffer })
    expect(buffer.equals(pixels)).toBe(true)
    expect(edge?.pixels.length).toBeGreaterThan(50)
    expect(edge?.colors.length).toBe((edge?.pixels.length ?? 0) * 3)
    expect(edge?.pixels.every(pixel => (alpha[pixel] ?? 0) > 0 && (alpha[pixel] ?? 0) < 255)).toBe(true)
  })

  it('finds a subject that reaches over the lower border', async () => {
    const over = (x: number, y: number) => Math.hypot(x - 100, y - 150) < 50
    const { alpha } = await (await createSegmenter('grabcut')).segment(painted(200, 150, over))
    expect(agreement(alpha, 200, over)).toBeGreaterThan(0.93)
  })

  it('finds a small subject with a thin part, which shows on a closer look only', async () => {
    const thin = (x: number, y: number) =>
      Math.hypot(x - 500, y - 400) < 60 || (x > 498 && x < 502 && y > 300 && y < 400)
    const { alpha } = await (await createSegmenter('grabcut')).segment(painted(1000, 750, thin))
    expect(agreement(alpha, 1000, thin)).toBeGreaterThan(0.95)
    expect(alpha[310 * 1000 + 500]).toBeGreaterThan(127)
    expect(alpha[10 * 1000 + 10]).toBe(0)
  })

  it('leaves a hole open', async () => {
    const ring = (x: number, y: number) => disc(x, y) && Math.hypot(x - 100, y - 70) > 18
    const { alpha } = await (await createSegmenter('grabcut')).segment(painted(200, 150, ring))
    expect(alpha[70 * 200 + 100]).toBe(0)
  })

  it('leaves a picture without a subject opaque, with low confidence', async () => {
    const { alpha, confidence } = await (await createSegmenter('grabcut')).segment(painted(200, 150, () => false))
    expect(alpha.every(value => value === 255)).toBe(true)
    expect(confidence).toBeLessThan(0.2)
  })

  it('leaves a picture of one pixel opaque', async () => {
    const one = { width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3) }
    expect(await (await createSegmenter('grabcut')).segment(one)).toEqual({ alpha: Uint8Array.of(255), confidence: 0 })
  })

  it('stops between steps when its signal is aborted', async () => {
    const segmenter = await createSegmenter('grabcut')
    const controller = new AbortController()
    const seen: number[] = []
    const onProgress = (done: number) => {
      seen.push(done)
      if (done > 0.2) controller.abort(new Error('the client left'))
    }
    const work = segmenter.segment(painted(200, 150, disc), { onProgress, signal: controller.signal })
    await expect(work).rejects.toThrow('the client left')
    expect(seen.at(-1)).toBeLessThan(0.5)
  })
})
