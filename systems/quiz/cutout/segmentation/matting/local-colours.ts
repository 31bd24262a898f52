import { boxed } from '../boxes.ts'
import type { WorkCopy } from '../work-copy.ts'
import { fillIn } from './fill.ts'

/** What the subject and the background look like around every pixel of the copy, also where only one is seen. */
export interface LocalColours {
  /** RGB, three numbers a pixel. */
  readonly subject: Float32Array
  readonly background: Float32Array
  /** How far, typically, the background is from that: standard deviation over the three channels together. */
  readonly spread: Float32Array
}

/** Pixels this deep in the background are surely it. */
const CLEAR = 1.5

/** @param distance  signed, of every pixel to the edge of the subject */
export function localColours({ width, height, rgb }: WorkCopy, distance: Float32Array): LocalColours {
  const size = width * height
  const values = Float32Array.from(rgb)
  const clear = distance.map(far => (far < -CLEAR ? 1 : far < -1 ? 0.01 : 0))
  const background = fillIn({ width, height, channels: 3, values, weights: clear })
  const off = new Float32Array(size)
  for (let index = 0; index < size; index++) {
    for (let c = 0; c < 3; c++)
      off[index] = (off[index] ?? 0) + ((values[index * 3 + c] ?? 0) - (background[index * 3 + c] ?? 0)) ** 2
  }
  // What shows least of the background tells best what the subject looks like, above all where it is thin.
  const pure = distance.map((far, index) => {
    if (far <= 0) return 0
    const depth = far < 1 ? 0.1 : far < 2 ? 0.5 : 1
    return depth * Math.min(1, (off[index] ?? 0) / 6000 + 0.002)
  })
  const subject = fillIn({ width, height, channels: 3, values, weights: pure })
  const around = fillIn({ width, height, channels: 1, values: smoothed(off, clear, width), weights: clear })
  return { subject, background, spread: around.map(Math.sqrt) }
}

/** Means of 9×9, of what has weight. */
function smoothed(values: Float32Array, weights: Float32Array, width: number): Float32Array {
  const height = values.length / width
  const sum = boxed(
    values.map((value, index) => value * (weights[index] ?? 0)),
    width,
    height,
    4,
  )
  const all = boxed(weights, width, height, 4)
  return sum.map((value, index) => value / Math.max(1e-6, all[index] ?? 0))
}
