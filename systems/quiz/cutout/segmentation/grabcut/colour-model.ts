import { type OpenCv, withFreed } from '../opencv.ts'

/** As many as GrabCut's models have. */
const COLOURS = 5
/** At least this many pixels, where there are, and fewer than twice. */
const SAMPLES = 4000
const [ROUNDS, SURE] = [10, 0.1]
/** Squared bytes, added to every variance: colours that are all the same have none of their own. */
const NOISE = 0.01
/** OpenCV's number of the start by k-means++, which its declarations don't have. */
const KMEANS_PP_CENTERS = 2

/**
 * A model to start GrabCut with: five colours by k-means, as it would find them itself, but of a part of the pixels
 * (of all of them it takes nearly half of a cut's time). What it learns from them in its round is of all pixels again.
 *
 * @param rgb  three bytes a pixel
 * @param labels  GrabCut's classes; the odd ones are subject
 * @param side  0 for the background's model, 1 for the subject's; one pixel of it at least
 * @returns its row of 65 numbers: weights, means, covariances
 */
export function colourModel(cv: OpenCv, rgb: Uint8Array, labels: Uint8Array, side: 0 | 1): Float64Array {
  let all = 0
  for (const label of labels) if ((label & 1) === side) all++
  const every = Math.max(1, Math.floor(all / SAMPLES))
  const colours: number[] = []
  for (let index = 0, seen = 0; index < labels.length; index++) {
    if (((labels[index] ?? 0) & 1) !== side || seen++ % every !== 0) continue
    colours.push(rgb[index * 3] ?? 0, rgb[index * 3 + 1] ?? 0, rgb[index * 3 + 2] ?? 0)
  }
  return describe(colours, clustersOf(cv, Float32Array.from(colours)))
}

function describe(colours: readonly number[], clusters: Int32Array): Float64Array {
  const model = new Float64Array(COLOURS * 13)
  const [weights, means, covariances] = [
    model.subarray(0, COLOURS),
    model.subarray(COLOURS, COLOURS * 4),
    model.subarray(COLOURS * 4),
  ]
  const sum = (of: Float64Array, at: number, value: number) => {
    of[at] = (of[at] ?? 0) + value
  }
  for (const [at, one] of clusters.entries()) {
    sum(weights, one, 1)
    for (let c = 0; c < 3; c++) sum(means, one * 3 + c, colours[at * 3 + c] ?? 0)
  }
  for (let at = 0; at < means.length; at++) means[at] = (means[at] ?? 0) / Math.max(1, weights[Math.floor(at / 3)] ?? 0)
  for (const [at, one] of clusters.entries()) {
    const off = (c: number) => (colours[at * 3 + c] ?? 0) - (means[one * 3 + c] ?? 0)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) sum(covariances, one * 9 + i * 3 + j, (off(i) * off(j)) / (weights[one] ?? 1))
  }
  for (let one = 0; one < COLOURS; one++) {
    weights[one] = (weights[one] ?? 0) / clusters.length
    for (let c = 0; c < 3; c++) sum(covariances, one * 9 + c * 4, NOISE)
  }
  return model
}

/** The number of its cluster for every colour. */
function clustersOf(cv: OpenCv, colours: Float32Array): Int32Array {
  return withFreed(keep => {
    const samples = keep(new cv.Mat(colours.length / 3, 3, cv.CV_32F))
    samples.data32F.set(colours)
    const labels = keep(new cv.Mat())
    const until = new cv.TermCriteria(cv.TermCriteria_EPS + cv.TermCriteria_MAX_ITER, ROUNDS, SURE)
    const count = Math.min(COLOURS, samples.rows)
    // Its starts come from chance: the same picture must give the same cut-out.
    cv.setRNGSeed(1)
    cv.kmeans(samples, count, labels, until, 1, KMEANS_PP_CENTERS)
    return labels.data32S.slice()
  })
}
