import { type OpenCv, withFreed } from '../opencv.ts'
import { colourModel } from './colour-model.ts'
import type { WorkCopy } from './work-copy.ts'

// OpenCV's numbers of GrabCut's four classes; the odd ones are subject.
const SURE_BACKGROUND = 0
const SURE_SUBJECT = 1
const MAYBE_BACKGROUND = 2
const MAYBE_SUBJECT = 3

/**
 * One round of GrabCut from a start by cost: below half the threshold surely background, above twice surely subject.
 * Source: "GrabCut: Interactive Foreground Extraction using Iterated Graph Cuts" (Rother, Kolmogorov, Blake, 2004).
 *
 * @returns 1 for every pixel of the subject, 0 for the others
 */
export function cutOut(cv: OpenCv, copy: WorkCopy, cost: Float32Array, threshold: number): Uint8Array {
  const start = new Uint8Array(cost.length)
  let subjects = 0
  for (let index = 0; index < start.length; index++) {
    const label = labelOf(cost[index] ?? 0, threshold)
    start[index] = label
    subjects += label & 1
  }
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
    const found = mask.data.slice()
    for (let index = 0; index < found.length; index++) found[index] = (found[index] ?? 0) & 1
    return found
  })
}

function labelOf(cost: number, threshold: number): number {
  if (cost < threshold / 2) return SURE_BACKGROUND
  if (cost < threshold) return MAYBE_BACKGROUND
  return cost < threshold * 2 ? MAYBE_SUBJECT : SURE_SUBJECT
}
