import type { WorkCopy } from '../work-copy.ts'

/** A smooth background: every channel of Oklab a quadratic polynomial of the place. */
export interface Surface {
  /** How far, typically, a pixel of the background is from it. */
  readonly spread: number
  /** Of the pixels given, the part that it explains. */
  readonly explained: number
  /** The distance of every pixel of the copy. */
  readonly distance: Float32Array
  /** The same when the background may also be darker or somewhat brighter there, as by a shadow: never more. */
  readonly shaded: Float32Array
  /** Its own colour at every pixel of the copy, three numbers each. */
  readonly colours: Float32Array
}

const TERMS = 6
const ROUNDS = 6
/** Oklab: what noise and grain may always be. */
const LEAST_SPREAD = 0.006
/** A pixel is explained within so many spreads. */
const REACH = 3.5

/** Fits the polynomials to some pixels, those that disagree counting less in every round (iterated, Geman-McClure). */
export function fitSurface({ width, height, lab }: WorkCopy, pixels: Int32Array, weights: Float32Array): Surface {
  const terms = new Float64Array(TERMS)
  const fill = (index: number) => {
    const x = ((index % width) / width) * 2 - 1
    const y = (Math.floor(index / width) / height) * 2 - 1
    terms[0] = 1
    terms[1] = x
    terms[2] = y
    terms[3] = x * y
    terms[4] = x * x
    terms[5] = y * y
  }
  const residual = new Float32Array(pixels.length)
  const weight = Float32Array.from(weights)
  let coefficients = new Float64Array(TERMS * 3)
  let spread = 0.1
  for (let round = 0; round < ROUNDS; round++) {
    const normal = new Float64Array(TERMS * TERMS)
    const right = new Float64Array(TERMS * 3)
    for (let at = 0; at < pixels.length; at++) {
      const part = weight[at] ?? 0
      if (part < 1e-4) continue
      const index = pixels[at] ?? 0
      fill(index)
      for (let i = 0; i < TERMS; i++) {
        const scaled = (terms[i] ?? 0) * part
        for (let j = 0; j < TERMS; j++) normal[i * TERMS + j] = (normal[i * TERMS + j] ?? 0) + scaled * (terms[j] ?? 0)
        for (let c = 0; c < 3; c++) right[i * 3 + c] = (right[i * 3 + c] ?? 0) + scaled * (lab[index * 3 + c] ?? 0)
      }
    }
    for (let i = 0; i < TERMS; i++) normal[i * TERMS + i] = (normal[i * TERMS + i] ?? 0) + 1e-3
    coefficients = solve(normal, right)
    for (let at = 0; at < pixels.length; at++) {
      const index = pixels[at] ?? 0
      fill(index)
      residual[at] = distanceTo(coefficients, terms, lab, index)
    }
    const sorted = residual.filter((_, at) => (weights[at] ?? 0) > 0.5).sort()
    spread = Math.max(LEAST_SPREAD, 1.3 * quantile(sorted, 0.5), 0.6 * quantile(sorted, 0.8))
    const reach = (spread * 2.5) ** 2
    for (let at = 0; at < pixels.length; at++)
      weight[at] = (weights[at] ?? 0) * (reach / (reach + (residual[at] ?? 0) ** 2)) ** 2
  }
  let [inside, all] = [0, 1e-9]
  for (let at = 0; at < pixels.length; at++) {
    all += weights[at] ?? 0
    if ((residual[at] ?? 0) < spread * REACH) inside += weights[at] ?? 0
  }
  const distance = new Float32Array(width * height)
  const shaded = new Float32Array(width * height)
  const colours = new Float32Array(width * height * 3)
  for (let index = 0; index < distance.length; index++) {
    fill(index)
    for (let c = 0; c < 3; c++) colours[index * 3 + c] = valueAt(coefficients, terms, c)
    distance[index] = distanceToColour(colours, lab, index * 3)
    shaded[index] = distanceToShades(colours, lab, index)
  }
  return { spread, explained: inside / all, distance, shaded, colours }
}

function distanceToColour(colours: Float32Array, lab: Float32Array, at: number): number {
  const l = (colours[at] ?? 0) - (lab[at] ?? 0)
  const a = (colours[at + 1] ?? 0) - (lab[at + 1] ?? 0)
  const b = (colours[at + 2] ?? 0) - (lab[at + 2] ?? 0)
  return Math.sqrt(l * l + a * a + b * b)
}

/** Half the light is 0.79 of all three numbers of Oklab. */
const DARKEST = 0.76
const BRIGHTEST = 1.1

function distanceToShades(colours: Float32Array, lab: Float32Array, index: number): number {
  let [along, length, own] = [0, 1e-9, 0]
  for (let c = 0; c < 3; c++) {
    const value = colours[index * 3 + c] ?? 0
    const seen = lab[index * 3 + c] ?? 0
    along += value * seen
    length += value * value
    own += seen * seen
  }
  const part = Math.min(BRIGHTEST, Math.max(DARKEST, along / length))
  return Math.sqrt(Math.max(0, own - 2 * part * along + part * part * length))
}

function valueAt(coefficients: Float64Array, terms: Float64Array, channel: number): number {
  let value = 0
  for (let i = 0; i < TERMS; i++) value += (coefficients[i * 3 + channel] ?? 0) * (terms[i] ?? 0)
  return value
}

function distanceTo(coefficients: Float64Array, terms: Float64Array, lab: Float32Array, index: number): number {
  let sum = 0
  for (let c = 0; c < 3; c++) {
    let value = -(lab[index * 3 + c] ?? 0)
    for (let i = 0; i < TERMS; i++) value += (coefficients[i * 3 + c] ?? 0) * (terms[i] ?? 0)
    sum += value * value
  }
  return Math.sqrt(sum)
}

const quantile = (sorted: Float32Array, part: number) => sorted[Math.floor(sorted.length * part)] ?? 0

/** Solves for three right sides at once; the matrix is symmetric and positive. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array<ArrayBuffer> {
  const solution = Float64Array.from(right)
  for (let i = 0; i < TERMS; i++) {
    const pivot = matrix[i * TERMS + i] ?? 1
    for (let row = i + 1; row < TERMS; row++) {
      const factor = (matrix[row * TERMS + i] ?? 0) / pivot
      for (let j = i; j < TERMS; j++)
        matrix[row * TERMS + j] = (matrix[row * TERMS + j] ?? 0) - factor * (matrix[i * TERMS + j] ?? 0)
      for (let c = 0; c < 3; c++)
        solution[row * 3 + c] = (solution[row * 3 + c] ?? 0) - factor * (solution[i * 3 + c] ?? 0)
    }
  }
  for (let i = TERMS - 1; i >= 0; i--)
    for (let c = 0; c < 3; c++) {
      let value = solution[i * 3 + c] ?? 0
      for (let j = i + 1; j < TERMS; j++) value -= (matrix[i * TERMS + j] ?? 0) * (solution[j * 3 + c] ?? 0)
      solution[i * 3 + c] = value / (matrix[i * TERMS + i] ?? 1)
    }
  return solution
}
