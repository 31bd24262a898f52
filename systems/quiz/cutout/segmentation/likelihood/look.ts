import { gatherEvidence } from '../evidence/gather-evidence.ts'
import type { Picture } from '../segmenter.ts'
import { workCopy } from '../work-copy.ts'
import { Likelihood } from './likelihood.ts'
import type { SubjectNetwork } from './network.ts'
import { LOOKED_AT, planesOf } from './planes.ts'

/** Where the subject of a picture probably is. */
export interface Look {
  readonly likelihood: Likelihood
  /** 1 for every pixel that is rather subject, on a copy of so many columns. */
  readonly subject: Uint8Array
  readonly columns: number
  /** How much the truth and this have probably in common, 0…1. */
  readonly confidence: number
}

/** Of the picture: less is no subject. */
const LEAST_SUBJECT = 0.002
/** With less in common it is a guess: there may be no subject at all. */
const LEAST_CONFIDENCE = 0.6

/** Looks at a small copy of a picture; undefined when nothing stands out. */
export function look(network: SubjectNetwork, picture: Picture): Look | undefined {
  const copy = workCopy(picture, LOOKED_AT)
  const planes = planesOf(copy, gatherEvidence(copy))
  const likelihood = new Likelihood(network(planes), planes)
  const odds = likelihood.on(copy)
  const subject = Uint8Array.from(odds, value => Number(value > 0))
  const { area, confidence } = expected(odds)
  if (area < LEAST_SUBJECT * odds.length || confidence < LEAST_CONFIDENCE) return undefined
  return { likelihood, subject, columns: copy.width, confidence }
}

/** The expected intersection by the expected union, were every pixel drawn by its odds. */
function expected(odds: Float32Array) {
  let [area, both, either] = [0, 0, 0]
  for (const value of odds) {
    const likely = 1 / (1 + Math.exp(-value))
    if (value > 0) {
      area++
      both += likely
      either++
    } else either += likely
  }
  return { area, confidence: both / Math.max(1, either) }
}
