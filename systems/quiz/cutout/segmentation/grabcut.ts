import { backgroundCost } from './grabcut/background-cost.ts'
import { findBorder } from './grabcut/border.ts'
import { chooseStart } from './grabcut/choose-start.ts'
import { cutOut } from './grabcut/cut.ts'
import { localColours } from './grabcut/local-colours.ts'
import { matte } from './grabcut/matte.ts'
import { otsu } from './grabcut/otsu.ts'
import { signedDistance } from './grabcut/signed-distance.ts'
import { type WorkCopy, workCopy } from './grabcut/work-copy.ts'
import { loadOpenCv, type OpenCv } from './opencv.ts'
import type { Cutout, Picture, Segmenter, SegmentOptions } from './segmenter.ts'

/** Below this side there is no border to speak of. */
const SMALLEST_SIDE = 8
/** A start whose subject is less distinct than this is none. */
const LEAST_QUALITY = 0.06
/** How much better the more daring start must be than the one that spreads light and shadow. */
const BETTER = 1.3
const MOST_COST = 3

/**
 * GrabCut that finds its start by itself: the background is modelled from the picture's border, the cut is made on a
 * small copy, its edge is matted in full size. README.md of this folder explains the steps.
 */
export async function createGrabCutSegmenter(): Promise<Segmenter> {
  const cv = await loadOpenCv()
  return { segment: async (picture, options) => segment(cv, picture, options) }
}

function segment(cv: OpenCv, picture: Picture, { onProgress, signal }: SegmentOptions = {}): Cutout {
  const step = (done: number) => {
    signal?.throwIfAborted()
    onProgress?.(done)
  }
  step(0)
  if (Math.min(picture.width, picture.height) < SMALLEST_SIDE) return opaque(picture, step)
  const copy = workCopy(picture)
  step(0.1)
  const found = findSubject(cv, copy, step)
  if (!found) return opaque(picture, step)
  const distance = signedDistance(found.subject, copy.width)
  const colours = localColours(copy, distance)
  step(0.7)
  const { width, height } = copy
  const cutout = matte(picture, { width, height, distance, ...colours })
  step(1)
  return { ...cutout, confidence: Math.min(1, found.quality) }
}

/** The subject on the copy, 1 where it is; undefined when nothing stands out from the border. */
function findSubject(cv: OpenCv, copy: WorkCopy, step: (done: number) => void) {
  const border = findBorder(copy)
  const { spread, shaded } = backgroundCost(copy, border)
  step(0.25)
  const evidence = [spread, shaded]
  const mixed = spread.map((value, index) => (value + Math.min(MOST_COST + 1, shaded[index] ?? 0)) / 2)
  const start = chooseStart(copy, border, [shaded, spread, mixed], { evidence })
  if (!start || start.quality < LEAST_QUALITY) return undefined
  step(0.35)
  const judged = (subject: Uint8Array) => ({
    subject,
    quality: chooseStart(copy, border, [Float32Array.from(subject)], { evidence, thresholds: [0.5] })?.quality ?? 0,
  })
  const threshold = Math.min(1.2, Math.max(0.3, otsu(spread, MOST_COST)))
  const careful = judged(cutOut(cv, copy, spread, threshold))
  step(0.5)
  const daring = judged(cutOut(cv, copy, start.cost, start.threshold))
  step(0.6)
  const best = daring.quality > BETTER * careful.quality ? daring : careful
  return best.quality < LEAST_QUALITY ? undefined : best
}

function opaque({ width, height }: Picture, step: (done: number) => void): Cutout {
  step(1)
  return { alpha: new Uint8Array(width * height).fill(255), confidence: 0 }
}
