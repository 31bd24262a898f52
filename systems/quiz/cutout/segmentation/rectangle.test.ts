import { describe, expect, it } from 'vitest'
import { createSegmenter, segmenterNames } from './create-segmenter.ts'
import type { Picture } from './segmenter.ts'

/** A disc of one colour in the middle of another, with a little structure so that both have a spread. */
function disc(width: number, height: number): { readonly picture: Picture; isInside(index: number): boolean } {
  const isInside = (index: number) =>
    Math.hypot((index % width) - width / 2, Math.floor(index / width) - height / 2) < height / 4
  const pixels = new Uint8Array(width * height * 3)
  for (let index = 0; index < width * height; index++) {
    const shade = (index * 7) % 16
    pixels.set(isInside(index) ? [200 + shade, 60, 40] : [30, 90 + shade, 150], index * 3)
  }
  return { picture: { width, height, pixels }, isInside }
}

describe('the rectangle segmenter', () => {
  it('finds a disc of another colour, at the size of the picture, the same every time', async () => {
    const segmenter = await createSegmenter('rectangle')
    const { picture, isInside } = disc(161, 121)
    const progress: number[] = []
    const { alpha } = await segmenter.segment(picture, { onProgress: done => progress.push(done) })
    expect(alpha.length).toBe(161 * 121)
    const wrong = alpha.filter((value, index) => value > 127 !== isInside(index)).length
    expect(wrong / alpha.length).toBeLessThan(0.02)
    expect(progress.at(-1)).toBe(1)
    expect((await segmenter.segment(picture)).alpha).toEqual(alpha)
  })

  it('leaves a picture of one pixel opaque and says that it found nothing', async () => {
    const segmenter = await createSegmenter('rectangle')
    const one = { width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3) }
    expect(await segmenter.segment(one)).toEqual({ alpha: Uint8Array.of(255), confidence: 0 })
  })

  it('does not begin when its signal is aborted', async () => {
    const segmenter = await createSegmenter('rectangle')
    const signal = AbortSignal.abort(new Error('the client left'))
    await expect(segmenter.segment(disc(40, 40).picture, { signal })).rejects.toThrow('the client left')
  })
})

it('an unknown segmenter is refused with the names that there are', async () => {
  await expect(createSegmenter('magic')).rejects.toMatchObject({
    code: 'NoSuchSegmenter',
    hint: `use one of ${segmenterNames.join(', ')}`,
  })
})
