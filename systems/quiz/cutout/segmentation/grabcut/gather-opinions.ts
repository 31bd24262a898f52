import type { OpenCv } from '../opencv.ts'
import { backgroundCost } from './background-cost.ts'
import { type Border, findBorder } from './border.ts'
import { chooseStart } from './choose-start.ts'
import { cutOut } from './cut.ts'
import { distinctParts } from './distinct-parts.ts'
import { clearEdge, edgeStrength } from './edges.ts'
import { colourCells, judgeCut } from './judge-cut.ts'
import type { Opinions } from './opinions.ts'
import { otsu } from './otsu.ts'
import { strangeParts } from './strange-parts.ts'
import { surroundingsCost } from './texture-cost.ts'
import type { WorkCopy } from './work-copy.ts'

/** A subject that is less distinct than this is none. */
export const LEAST_QUALITY = 0.06

const MOST_COST = 3
const [LEAST_THRESHOLD, MOST_THRESHOLD] = [0.3, 1.2]
/** The surroundings of a pixel of the background cost more than itself. */
const LEAST_MIXED_THRESHOLD = 0.7
/** How much a pixel itself counts beside its surroundings. */
const OWN_SHARE = 0.4

/**
 * Makes cuts from several starts and judges them; undefined when nothing stands out from the border.
 *
 * @param step  told after every part of the work what part of it is done, 0…1
 * @param earlier  how much of the subject an earlier look saw in every pixel, 0…1
 */
export function gatherOpinions(
  cv: OpenCv,
  copy: WorkCopy,
  step: (done: number) => void,
  earlier?: Float32Array,
): { readonly border: Border; readonly opinions: Opinions } | undefined {
  const { width, lab } = copy
  const border = findBorder(copy)
  const { spread, shaded, textured } = backgroundCost(copy, border)
  step(0.3)
  const edges = edgeStrength(copy)
  const clear = clearEdge(edges)
  const costs = [spread, shaded]
  const mixed = spread.map((value, index) => (value + Math.min(MOST_COST + 1, shaded[index] ?? 0)) / 2)
  const start = chooseStart(copy, border, [shaded, spread, mixed], { evidence: costs, edges, clear })
  if (!start || start.quality < LEAST_QUALITY) return undefined
  step(0.4)
  const texture = textured ? surroundingsCost(copy, border, edges, shaded) : undefined
  const starts = [started(spread), texture ? startedWith(shaded, texture) : startedLeast(spread, shaded), start]
  const evidence = { width, colours: colourCells(lab), edges, costs, textured }
  let best: Uint8Array = new Uint8Array(spread.length)
  let most = 0
  const offer = (subject: Uint8Array) => {
    const value = judgeCut(subject, evidence)
    if (value > most) {
      most = value
      best = subject
    }
    return { subject, value }
  }
  const cuts: Opinions['cuts'][number][] = []
  for (const [index, { cost, threshold }] of starts.entries()) {
    const cut = distinctParts(cutOut(cv, copy, cost, threshold), width, edges)
    cuts.push(offer(cut))
    if (texture) offer(strangeParts(cut, width, texture))
    step(0.4 + 0.2 * (index + 1))
  }
  return { border, opinions: { width, lab, edges, clear, spread, shaded, texture, cuts, best, earlier } }
}

const started = (cost: Float32Array, least = LEAST_THRESHOLD) => ({
  cost,
  threshold: Math.min(MOST_THRESHOLD, Math.max(least, otsu(cost, MOST_COST))),
})

const startedLeast = (spread: Float32Array, shaded: Float32Array) =>
  started(spread.map((value, index) => Math.min(value, shaded[index] ?? 0)))

/** A start by what a pixel looks like and by its surroundings. */
const startedWith = (shaded: Float32Array, texture: Float32Array) =>
  started(
    shaded.map((value, index) => OWN_SHARE * Math.min(MOST_COST, value) + (1 - OWN_SHARE) * (texture[index] ?? 0)),
    LEAST_MIXED_THRESHOLD,
  )
