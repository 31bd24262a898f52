/** The parts of a subject: pixels linked sideways or upright. */
export interface Parts {
  readonly count: number
  /** For every pixel of the subject the number of its part, from 0; -1 elsewhere. */
  readonly part: Int32Array
}

/** @param subject  1 where it is, row by row */
export function numberParts(subject: Uint8Array, width: number): Parts {
  const part = new Int32Array(subject.length).fill(-1)
  const open = new Int32Array(subject.length)
  let [count, top] = [0, 0]
  const add = (index: number) => {
    if (!subject[index] || part[index] !== -1) return
    part[index] = count
    open[top++] = index
  }
  for (let start = 0; start < subject.length; start++) {
    if (!subject[start] || part[start] !== -1) continue
    add(start)
    while (top > 0) {
      const index = open[--top] ?? 0
      const x = index % width
      if (x > 0) add(index - 1)
      if (x + 1 < width) add(index + 1)
      if (index >= width) add(index - width)
      if (index + width < subject.length) add(index + width)
    }
    count++
  }
  return { count, part }
}
