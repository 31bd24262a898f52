import { free } from '../pictures/free.ts'
import { cutOut } from './grabcut/cut.ts'
import { agreement, closerLook, cropped, type Region } from './likelihood/closer-look.ts'
import { type Look, look } from './likelihood/look.ts'
import { loadSubjectNetwork, type SubjectNetwork } from './likelihood/network.ts'
import { localColours } from './matting/local-colours.ts'
import { matte } from './matting/matte.ts'
import { signedDistance } from './matting/signed-distance.ts'
import { loadOpenCv, type OpenCv } from './opencv.ts'
import type { Cutout, Picture, Segmenter, SegmentOptions } from './segmenter.ts'
import { workCopy } from './work-copy.ts'

/** Below this side there is no border to speak of. */
const SMALLEST_SIDE = 8
/** A closer look that finds something else than the first is not believed. */
const LEAST_AGREEMENT = 0.6

/**
 * GrabCut that finds its start by itself: a network tells from the picture's border, colours and edges where the subject
 * probably is, a small subject is looked at again from closer, the cut is made on a small copy, its edge is matted in
 * full size. README.md of this folder explains the steps.
 */
export async function createGrabCutSegmenter(): Promise<Segmenter> {
  const cv = await loadOpenCv()
  const network = loadSubjectNetwork(cv)
  return { segment: async (picture, options) => segment(cv, network, picture, options) }
}

function segment(
  cv: OpenCv,
  network: SubjectNetwork,
  picture: Picture,
  { onProgress, signal }: SegmentOptions = {},
): Cutout {
  const step = (done: number) => {
    signal?.throwIfAborted()
    onProgress?.(done)
  }
  step(0)
  const looked = Math.min(picture.width, picture.height) < SMALLEST_SIDE ? undefined : lookTwice(network, picture, step)
  if (!looked) return opaque(picture, step)
  const { part, region, found } = looked
  const copy = workCopy(part)
  const subject = cutOut(cv, copy, found.likelihood.on(copy))
  step(0.7)
  const distance = signedDistance(subject, copy.width)
  const cutout = matte(part, { ...copy, distance, ...localColours(copy, distance) })
  if (!region) {
    step(1)
    return { ...cutout, confidence: found.confidence }
  }
  free(part.pixels)
  const whole = placed(picture, region, cutout)
  free(cutout.alpha)
  step(1)
  return { ...whole, confidence: found.confidence }
}

interface Looked {
  readonly found: Look
  /** What was looked at: the picture, or a region of it. */
  readonly part: Picture
  readonly region?: Region
}

/** Looks at the whole picture, then at the subject and what is around it alone when it is small there. */
function lookTwice(network: SubjectNetwork, picture: Picture, step: (done: number) => void): Looked | undefined {
  const first = look(network, picture)
  step(0.3)
  if (!first) return undefined
  const whole = { part: picture, found: first }
  const region = closerLook(first.subject, first.columns, picture)
  if (!region || Math.min(region.width, region.height) < SMALLEST_SIDE) return whole
  const part = cropped(picture, region)
  const second = look(network, part)
  step(0.6)
  const scaled = ({ subject, columns }: Look, { width }: Picture) => ({ subject, columns, scale: columns / width })
  const same = second ? agreement(scaled(first, picture), scaled(second, part), region) : 0
  if (second && same >= LEAST_AGREEMENT) return { part, region, found: second }
  free(part.pixels)
  return whole
}

type Edged = Required<Omit<Cutout, 'confidence'>>

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
