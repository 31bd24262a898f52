import { type OpenCv, withFreed } from '../opencv.ts'
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
    // Its k-means starts from chance: the same picture must give the same cut-out.
    cv.setRNGSeed(1)
    const [background, subject] = [keep(new cv.Mat()), keep(new cv.Mat())]
    cv.grabCut(picture, mask, new cv.Rect(0, 0, 0, 0), background, subject, 1, cv.GC_INIT_WITH_MASK)
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
