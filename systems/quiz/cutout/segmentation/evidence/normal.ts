/** A normal distribution of several numbers. */
export interface Normal {
  readonly count: number
  readonly mean: Float64Array
  /** The inverse of the lower triangle whose square is the covariance, row by row. */
  readonly whiten: Float64Array
}

const ROUNDS = 3

/**
 * The distribution of some rows of `values`, those far off counting less in every round (iterated, Student's t).
 * @param count  numbers a row
 * @param floor  the least standard deviation of each
 */
export function fitNormal(values: Float32Array, count: number, rows: Int32Array, floor: number): Normal {
  const weights = new Float32Array(rows.length).fill(1)
  let normal = weighted(values, count, rows, weights, floor)
  for (let round = 1; round < ROUNDS; round++) {
    for (let at = 0; at < rows.length; at++)
      weights[at] = (2 * count) / (count + distanceToNormal(normal, values, rows[at] ?? 0))
    normal = weighted(values, count, rows, weights, floor)
  }
  return normal
}

/** The squared Mahalanobis distance of a row of `values`. */
export function distanceToNormal({ count, mean, whiten }: Normal, values: Float32Array, row: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) {
    let part = 0
    for (let j = 0; j <= i; j++)
      part += (whiten[i * count + j] ?? 0) * ((values[row * count + j] ?? 0) - (mean[j] ?? 0))
    sum += part * part
  }
  return sum
}

function weighted(values: Float32Array, count: number, rows: Int32Array, weights: Float32Array, floor: number): Normal {
  const mean = new Float64Array(count)
  const covariance = new Float64Array(count * count)
  let all = 1e-9
  for (let at = 0; at < rows.length; at++) {
    const weight = weights[at] ?? 0
    all += weight
    for (let i = 0; i < count; i++) mean[i] = (mean[i] ?? 0) + weight * (values[(rows[at] ?? 0) * count + i] ?? 0)
  }
  for (let i = 0; i < count; i++) mean[i] = (mean[i] ?? 0) / all
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] ?? 0) * count
    for (let i = 0; i < count; i++) {
      const part = ((weights[at] ?? 0) * ((values[from + i] ?? 0) - (mean[i] ?? 0))) / all
      for (let j = 0; j <= i; j++)
        covariance[i * count + j] = (covariance[i * count + j] ?? 0) + part * ((values[from + j] ?? 0) - (mean[j] ?? 0))
    }
  }
  for (let i = 0; i < count; i++) covariance[i * count + i] = (covariance[i * count + i] ?? 0) + floor ** 2
  return { count, mean, whiten: inverseRoot(covariance, count) }
}

/** Cholesky's triangle of a symmetric positive matrix (its lower half is read), inverted. */
function inverseRoot(matrix: Float64Array, count: number): Float64Array {
  const root = new Float64Array(count * count)
  const inverse = new Float64Array(count * count)
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * count + j] ?? 0
      for (let k = 0; k < j; k++) rest -= (root[i * count + k] ?? 0) * (root[j * count + k] ?? 0)
      root[i * count + j] = i === j ? Math.sqrt(Math.max(1e-12, rest)) : rest / (root[j * count + j] ?? 1)
    }
  for (let j = 0; j < count; j++)
    for (let i = j; i < count; i++) {
      let rest = i === j ? 1 : 0
      for (let k = j; k < i; k++) rest -= (root[i * count + k] ?? 0) * (inverse[k * count + j] ?? 0)
      inverse[i * count + j] = rest / (root[i * count + i] ?? 1)
    }
  return inverse
}
