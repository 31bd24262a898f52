import {
  closerLook,
  cropped,
  type Region,
  seenEarlier,
} from '../../../systems/quiz/cutout/segmentation/grabcut/closer-look.ts'
import { gatherOpinions } from '../../../systems/quiz/cutout/segmentation/grabcut/gather-opinions.ts'
import { findRegions, TRAITS } from '../../../systems/quiz/cutout/segmentation/grabcut/regions.ts'
import { type WorkCopy, workCopy } from '../../../systems/quiz/cutout/segmentation/grabcut/work-copy.ts'
import { LOCATING } from '../../../systems/quiz/cutout/segmentation/grabcut.ts'
import type { OpenCv } from '../../../systems/quiz/cutout/segmentation/opencv.ts'
import type { Scene } from '../scenes/scene.ts'

/** A region that the cuts of a generated picture disagree on, and the truth about it. */
export interface Example {
  readonly traits: Float32Array
  /** The part of it that is subject, 0…1. */
  readonly truth: number
  /** How much it counts: its part of the subject, within bounds. */
  readonly weight: number
}

/** Of the subject: less moves no score. */
const LEAST_PART = 0.0006
const MOST_PART = 0.6
/** Pixels added to the subject, so that a tiny one does not outweigh the others. */
const PLUS = 200

/** The regions of both looks at a picture, as the segmenter takes them; the second follows the first's best cut. */
export function examplesOf(cv: OpenCv, scene: Scene): readonly Example[] {
  const { picture } = scene
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height }
  const small = workCopy(picture, LOCATING)
  const first = gatherOpinions(cv, small, () => {})?.opinions
  const found = first ? regionsOf(findRegions(first), truthOf(scene, whole, small)) : []
  const closer = first && closerLook(first.best, small.width, picture)
  const region = closer ?? whole
  const copy = workCopy(closer ? cropped(picture, closer) : picture)
  const earlier =
    first &&
    seenEarlier({ subject: first.best, columns: small.width, scale: small.width / picture.width }, region, copy)
  const second = gatherOpinions(cv, copy, () => {}, earlier)?.opinions
  return second ? [...found, ...regionsOf(findRegions(second), truthOf(scene, region, copy))] : found
}

function regionsOf({ count, region, traits }: ReturnType<typeof findRegions>, truth: Uint8Array): readonly Example[] {
  const [area, subject] = [new Float64Array(count), new Float64Array(count)]
  for (const [index, one] of region.entries()) {
    if (one < 0) continue
    area[one] = (area[one] ?? 0) + 1
    subject[one] = (subject[one] ?? 0) + (truth[index] ?? 0)
  }
  const all = truth.reduce((sum, value) => sum + value, PLUS)
  return Array.from(area, (size, one) => ({
    traits: traits.slice(one * TRAITS, (one + 1) * TRAITS),
    truth: (subject[one] ?? 0) / size,
    weight: Math.min(MOST_PART, size / all),
  })).filter(({ weight }) => weight > LEAST_PART)
}

/** Where the subject is by the truth, on a copy of a region: 1 for pixels that are at least half it. */
function truthOf({ alpha, width }: Scene, region: Region, copy: WorkCopy): Uint8Array {
  const [sum, count] = [new Float64Array(copy.width * copy.height), new Float64Array(copy.width * copy.height)]
  for (let y = 0; y < region.height; y++)
    for (let x = 0; x < region.width; x++) {
      const row = Math.floor((y * copy.height) / region.height)
      const at = row * copy.width + Math.floor((x * copy.width) / region.width)
      sum[at] = (sum[at] ?? 0) + (alpha[(region.top + y) * width + region.left + x] ?? 0)
      count[at] = (count[at] ?? 0) + 1
    }
  return Uint8Array.from(sum, (value, at) => (value >= 128 * (count[at] ?? 1) ? 1 : 0))
}
