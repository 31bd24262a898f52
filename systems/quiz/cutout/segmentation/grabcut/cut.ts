import { type OpenCv, withFreed } from '../opencv.ts'
import type { WorkCopy } from './work-copy.ts'

/** What is known before the cut; OpenCV's numbers of GrabCut's four classes. */
export const SURE_BACKGROUND = 0
export const SURE_SUBJECT = 1
export const MAYBE_BACKGROUND = 2
export const MAYBE_SUBJECT = 3

export function grabCut(cv: OpenCv, { width, height, rgb }: WorkCopy, start: Uint8Array, iterations: number): Uint8Array {
  return withFreed(keep => {
    const picture = keep(new cv.Mat(height, width, cv.CV_8UC3))
    picture.data.set(rgb)
    const mask = keep(new cv.Mat(height, width, cv.CV_8UC1))
    mask.data.set(start)
    cv.setRNGSeed(1)
    const [background, subject] = [keep(new cv.Mat()), keep(new cv.Mat())]
    cv.grabCut(picture, mask, new cv.Rect(0, 0, 0, 0), background, subject, iterations, cv.GC_INIT_WITH_MASK)
    return Uint8Array.from(mask.data, label => label & 1)
  })
}
