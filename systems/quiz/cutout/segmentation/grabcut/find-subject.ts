import type { OpenCv } from '../opencv.ts'
import { chooseStart } from './choose-start.ts'
import { gatherOpinions, LEAST_QUALITY } from './gather-opinions.ts'
import { settleRegions } from './settle-regions.ts'
import type { WorkCopy } from './work-copy.ts'

/** What stands out from the border of a copy. */
export interface Found {
  /** 1 for every pixel of the subject, 0 for the others. */
  readonly subject: Uint8Array
  /** How distinct it is, 0…1.5. */
  readonly quality: number
}

/**
 * The best of several cuts, settled by regions where they differ; undefined when nothing stands out from the border.
 *
 * @param step  told after every part of the work what part of it is done, 0…1
 * @param earlier  how much of the subject an earlier look saw in every pixel, 0…1
 */
export function findSubject(
  cv: OpenCv,
  copy: WorkCopy,
  step: (done: number) => void,
  earlier?: Float32Array,
): Found | undefined {
  const gathered = gatherOpinions(cv, copy, step, earlier)
  if (!gathered) return undefined
  const { border, opinions } = gathered
  const { spread, shaded, edges, clear } = opinions
  const subject = settleRegions(opinions)
  const choice = { evidence: [spread, shaded], thresholds: [0.5], edges, clear }
  const quality = chooseStart(copy, border, [Float32Array.from(subject)], choice)?.quality ?? 0
  return quality < LEAST_QUALITY ? undefined : { subject, quality }
}
