import { type OpenCv, withFreed } from '../opencv.ts'
import type { WorkCopy } from '../work-copy.ts'
import { colourModel } from './colour-model.ts'

// OpenCV's numbers of GrabCut's four classes; the odd ones are subject.
const SURE_BACKGROUND = 0
const SURE_SUBJECT = 1
const MAYBE_BACKGROUND = 2
const MAYBE_SUBJECT = 3

/** Odds, as a logarithm: beyond these either way GrabCut is not asked. */
const SURE = 5

/**
 * One round of GrabCut from how likely every pixel is subject.
 * Source: "GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts" (Rother, Kolmogorov, Blake, 2004).
 *
 * @param odds  their logarithms
 * @returns 1 for every pixel of the subject, 0 for the others
 */
export function cutOut(cv: OpenCv, copy: WorkCopy, odds: Float32Array): Uint8Array {
  const start = Uint8Array.from(odds, labelOf)
  const subjects = start.reduce((sum, label) => sum + (label & 1), 0)
  // GrabCut fails without pixels of either kind to learn from.
  if (subjects === 0 || subjects === start.length) return start.map(label => label & 1)
  return withFreed(keep => {
    const picture = keep(new cv.Mat(copy.height, copy.width, cv.CV_8UC3))
    picture.data.set(copy.rgb)
    const mask = keep(new cv.Mat(copy.height, copy.width, cv.CV_8UC1))
    mask.data.set(start)
    const model = (side: 0 | 1) => {
      const numbers = colourModel(cv, copy.rgb, start, side)
      const row = keep(new cv.Mat(1, numbers.length, cv.CV_64F))
      row.data64F.set(numbers)
      return row
    }
    cv.grabCut(picture, mask, new cv.Rect(0, 0, 0, 0), model(0), model(1), 1, cv.GC_EVAL)
    return mask.data.map(label => label & 1)
  })
}

function labelOf(odds: number): number {
  if (odds <= 0) return odds < -SURE ? SURE_BACKGROUND : MAYBE_BACKGROUND
  return odds > SURE ? SURE_SUBJECT : MAYBE_SUBJECT
}
