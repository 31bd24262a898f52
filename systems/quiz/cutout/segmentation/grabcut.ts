import { free } from '../pictures/free.ts'
import { agreement, closerLook, cropped, type Region, seenEarlier } from './grabcut/closer-look.ts'
import { type Found, findSubject } from './grabcut/find-subject.ts'
import { localColours } from './grabcut/local-colours.ts'
import { matte } from './grabcut/matte.ts'
import { signedDistance } from './grabcut/signed-distance.ts'
import { type WorkCopy, workCopy } from './grabcut/work-copy.ts'
import { loadOpenCv, type OpenCv } from './opencv.ts'
import type { Cutout, Picture, Segmenter, SegmentOptions } from './segmenter.ts'

/** Below this side there is no border to speak of. */
const SMALLEST_SIDE = 8
/** The longer side of the copy on which the subject is located only. */
export const LOCATING = 320
/** A closer look that finds something else than the first is not believed. */
const LEAST_AGREEMENT = 0.6

/**
 * GrabCut that finds its start by itself: the background is modelled from the picture's border, the cut is made on a
 * small copy, a small subject is looked at again from closer, its edge is matted in full size. README.md of this
 * folder explains the steps.
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
  const looked = lookTwice(cv, picture, step)
  if (!looked) return opaque(picture, step)
  step(0.8)
  const cutout = edged(looked)
  if (looked.region) {
    free(looked.part.pixels)
    const whole = placed(picture, looked.region, cutout)
    free(cutout.alpha)
    step(1)
    return { ...whole, confidence: Math.min(1, looked.quality) }
  }
  step(1)
  return { ...cutout, confidence: Math.min(1, looked.quality) }
}

interface Looked extends Found {
  /** What was looked at: the picture, or a region of it. */
  readonly part: Picture
  readonly copy: WorkCopy
  readonly region?: Region
}

/**
 * Finds the subject on a small copy, then again on a larger one, of where it is alone when it is small there.
 * Undefined when neither shows a subject.
 */
function lookTwice(cv: OpenCv, picture: Picture, step: (done: number) => void): Looked | undefined {
  const small = workCopy(picture, LOCATING)
  step(0.05)
  const first = findSubject(cv, small, done => step(0.05 + 0.2 * done))
  const region = first && closerLook(first.subject, small.width, picture)
  const part = region ? cropped(picture, region) : picture
  const located = first && { ...first, part: picture, copy: small }
  if (Math.min(part.width, part.height) < SMALLEST_SIDE) return located
  const copy = workCopy(part)
  const at = (one: WorkCopy, whole: Picture, subject: Uint8Array) => ({
    subject,
    columns: one.width,
    scale: one.width / whole.width,
  })
  const onSmall = first && at(small, picture, first.subject)
  const earlier =
    onSmall && seenEarlier(onSmall, { left: 0, top: 0, ...region, width: part.width, height: part.height }, copy)
  const found = findSubject(cv, copy, done => step(0.25 + 0.5 * done), earlier)
  if (!found) return located
  const second = { ...found, part, copy }
  if (!onSmall || !region) return second
  const same = agreement(onSmall, at(copy, part, found.subject), region)
  return same < LEAST_AGREEMENT ? located : { ...second, region }
}

type Edged = Required<Omit<Cutout, 'confidence'>>

function edged({ part, copy, subject }: Looked): Edged {
  const { width, height } = copy
  const distance = signedDistance(subject, width)
  return matte(part, { width, height, distance, ...localColours(copy, distance) })
}

/** The cut-out of a region in the whole picture, background all around. */
function placed({ width, height }: Picture, region: Region, part: Edged): Edged {
  const alpha = new Uint8Array(width * height)
  for (let y = 0; y < region.height; y++) {
    const from = y * region.width
    alpha.set(part.alpha.subarray(from, from + region.width), (region.top + y) * width + region.left)
  }
  const inWhole = (pixel: number) =>
    (region.top + Math.floor(pixel / region.width)) * width + region.left + (pixel % region.width)
  return { alpha, edge: { ...part.edge, pixels: part.edge.pixels.map(inWhole) } }
}

function opaque({ width, height }: Picture, step: (done: number) => void): Cutout {
  step(1)
  return { alpha: new Uint8Array(width * height).fill(255), confidence: 0 }
}
