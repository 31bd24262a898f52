import type { Random } from '@terrace/kit'
import type { Example } from './examples.ts'

/** One hidden layer of tanh, as `settle-regions.ts` reads it: in every row the bias first. */
export interface Network {
  readonly hidden: readonly (readonly number[])[]
  readonly output: readonly number[]
}

const UNITS = 8
const EPOCHS = 70
/** From this epoch on steps are smaller. */
const FINE = 50
const BATCH = 1024
const [STEP, FINE_STEP] = [0.01, 0.003]
/** How much large weights cost; biases are free. */
const DECAY = 1e-3
const START = 0.3

/**
 * Fits a network to the examples: logistic loss, each example by its weight, traits normalized while it learns.
 * Source of the steps: "Adam: A Method for Stochastic Optimization" (Kingma, Ba, 2015).
 */
export function trainNetwork(examples: readonly Example[], random: Random): Network {
  const traits = examples[0]?.traits.length ?? 0
  const { mean, spread } = distribution(examples, traits)
  const inputs = examples.map(one => Float64Array.from(one.traits, (v, t) => (v - (mean[t] ?? 0)) / (spread[t] ?? 1)))
  const all = examples.reduce((sum, { weight }) => sum + weight, 0) / Math.max(1, examples.length)
  const row = traits + 1
  // All weights in one array: a row for every hidden unit, its bias first, then the output's row.
  const weights = new Float64Array(UNITS * row + UNITS + 1)
  const isBias = (at: number) => (at < UNITS * row ? at % row === 0 : at === UNITS * row)
  for (let at = 0; at < weights.length; at++) weights[at] = isBias(at) ? 0 : START * gaussian(random)
  const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)]
  const order = examples.map((_, index) => index)
  let rounds = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH)
      const slope = weights.map((weight, at) => (isBias(at) ? 0 : DECAY * weight))
      for (const index of batch) {
        const one = examples[index]
        const input = inputs[index]
        if (one && input) addSlope(slope, weights, input, one.truth, one.weight / all / batch.length)
      }
      rounds++
      const step = epoch < FINE ? STEP : FINE_STEP
      for (let at = 0; at < weights.length; at++) {
        const own = slope[at] ?? 0
        first[at] = 0.9 * (first[at] ?? 0) + 0.1 * own
        second[at] = 0.999 * (second[at] ?? 0) + 0.001 * own * own
        const size = Math.sqrt((second[at] ?? 0) / (1 - 0.999 ** rounds)) + 1e-8
        weights[at] = (weights[at] ?? 0) - (step * (first[at] ?? 0)) / (1 - 0.9 ** rounds) / size
      }
    }
  }
  const hidden = Array.from({ length: UNITS }, (_, unit) => {
    const [bias = 0, ...own] = weights.subarray(unit * row, (unit + 1) * row)
    const plain = own.map((weight, t) => weight / (spread[t] ?? 1))
    return [plain.reduce((sum, weight, t) => sum - weight * (mean[t] ?? 0), bias), ...plain]
  })
  return { hidden, output: [...weights.subarray(UNITS * row)] }
}

/** Above 0 when a region is rather subject. */
export function likelihood({ hidden, output }: Network, traits: Float32Array): number {
  const sum = (weights: readonly number[], of: ArrayLike<number>) =>
    weights.reduce((total, weight, at) => total + weight * (at === 0 ? 1 : (of[at - 1] ?? 0)), 0)
  return sum(
    output,
    hidden.map(weights => Math.tanh(sum(weights, traits))),
  )
}

/** Adds the slope of one example's loss to that of the batch. */
function addSlope(slope: Float64Array, weights: Float64Array, input: Float64Array, truth: number, weight: number) {
  const row = input.length + 1
  const output = UNITS * row
  const active = new Float64Array(UNITS)
  let sum = weights[output] ?? 0
  for (let unit = 0; unit < UNITS; unit++) {
    let own = weights[unit * row] ?? 0
    for (let t = 0; t < input.length; t++) own += (weights[unit * row + 1 + t] ?? 0) * (input[t] ?? 0)
    active[unit] = Math.tanh(own)
    sum += (weights[output + 1 + unit] ?? 0) * (active[unit] ?? 0)
  }
  const off = (1 / (1 + Math.exp(-sum)) - truth) * weight
  const add = (at: number, value: number) => {
    slope[at] = (slope[at] ?? 0) + value
  }
  add(output, off)
  for (let unit = 0; unit < UNITS; unit++) {
    const own = active[unit] ?? 0
    add(output + 1 + unit, off * own)
    const behind = off * (weights[output + 1 + unit] ?? 0) * (1 - own * own)
    add(unit * row, behind)
    for (let t = 0; t < input.length; t++) add(unit * row + 1 + t, behind * (input[t] ?? 0))
  }
}

function distribution(examples: readonly Example[], traits: number) {
  const [mean, squares] = [new Float64Array(traits), new Float64Array(traits)]
  for (const one of examples)
    for (const [t, value] of one.traits.entries()) {
      mean[t] = (mean[t] ?? 0) + value / examples.length
      squares[t] = (squares[t] ?? 0) + value ** 2 / examples.length
    }
  return { mean, spread: squares.map((value, t) => Math.sqrt(Math.max(0, value - (mean[t] ?? 0) ** 2)) + 1e-3) }
}

/** From a normal distribution (Box and Muller). */
const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

function shuffle(items: number[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const [one = 0, two = 0] = [items[last], items[other]]
    items[last] = two
    items[other] = one
  }
}
