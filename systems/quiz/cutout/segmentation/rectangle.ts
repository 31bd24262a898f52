import { loadOpenCv, type OpenCv, withFreed } from './opencv.ts'
import type { Cutout, Picture, Segmenter } from './segmenter.ts'

const MARGIN = 0.04
const SCALE = 0.5
const ITERATIONS = 5
/** Below this side, in pixels of the smaller copy, there is nothing to model colours with. */
const SMALLEST_SIDE = 8

/**
 * The baseline that every other segmenter is measured against: GrabCut started from a plain rectangle, the whole
 * picture less a margin of 4 % on every side; five iterations at half size, a hard mask scaled up again.
 * Source: "GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts" (Rother, Kolmogorov, Blake, 2004),
 * as OpenCV's `grabCut` does it with GC_INIT_WITH_RECT.
 */
export async function createRectangleSegmenter(): Promise<Segmenter> {
  const cv = await loadOpenCv()
  return {
    async segment(picture, options) {
      options?.signal?.throwIfAborted()
      const cutout = segment(cv, picture)
      options?.onProgress?.(1)
      return cutout
    },
  }
}

function segment(cv: OpenCv, picture: Picture): Cutout {
  const { width, height } = picture
  const small = new cv.Size(Math.round(width * SCALE), Math.round(height * SCALE))
  if (Math.min(small.width, small.height) < SMALLEST_SIDE) return opaque(picture)
  return withFreed(keep => {
    const whole = keep(new cv.Mat(height, width, cv.CV_8UC3))
    whole.data.set(picture.pixels)
    const copy = keep(new cv.Mat())
    cv.resize(whole, copy, small, 0, 0, cv.INTER_AREA)
    const margin = Math.max(1, Math.round(MARGIN * Math.min(small.width, small.height)))
    const rectangle = new cv.Rect(margin, margin, small.width - 2 * margin, small.height - 2 * margin)
    const mask = keep(new cv.Mat())
    // Its k-means starts from chance: the same picture must give the same cut-out.
    cv.setRNGSeed(1)
    const [background, foreground] = [keep(new cv.Mat()), keep(new cv.Mat())]
    cv.grabCut(copy, mask, rectangle, background, foreground, ITERATIONS, cv.GC_INIT_WITH_RECT)
    let found = 0
    // Subject and probable subject are the odd ones of GrabCut's four classes.
    for (let index = 0; index < mask.data.length; index++) {
      const inside = (mask.data[index] ?? 0) & 1
      mask.data[index] = inside * 255
      found += inside
    }
    if (found === 0) return opaque(picture)
    const alpha = keep(new cv.Mat())
    cv.resize(mask, alpha, new cv.Size(width, height), 0, 0, cv.INTER_NEAREST)
    return { alpha: Uint8Array.from(alpha.data), confidence: 0.5 }
  })
}

const opaque = ({ width, height }: Picture): Cutout => ({
  alpha: new Uint8Array(width * height).fill(255),
  confidence: 0,
})
