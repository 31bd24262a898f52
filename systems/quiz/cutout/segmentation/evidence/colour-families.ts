/** Oklab: colours this near one another are taken as one. */
const CELL = 0.025
const CELLS = 48
/** A cell with less than this, with its neighbours', is a mixture of two families, or chance. */
const LEAST = 5

/**
 * Gathers pixels whose colours are linked by a chain of colours that are there too: a gradient is one family, a
 * wall and the shirt before it are two. The density-connected parts of a coarse histogram.
 * Source of the idea: "A Density-Based Algorithm for Discovering Clusters" (Ester and others, 1996).
 *
 * @returns the number of its family for every pixel given; -1 for a rare colour and for a pixel of -1
 */
export function colourFamilies(lab: Float32Array, pixels: Int32Array): Int32Array {
  const cells = Int32Array.from(pixels, index => (index < 0 ? -1 : cellOf(lab, index * 3)))
  const counts = new Map<number, number>()
  for (const cell of cells) if (cell >= 0) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  const dense = new Map<number, number>()
  for (const [cell] of counts) {
    let around = 0
    for (const step of STEPS) around += counts.get(cell + step) ?? 0
    if (around >= LEAST * 3 && (counts.get(cell) ?? 0) >= LEAST) dense.set(cell, -1)
  }
  let families = 0
  for (const [start, family] of dense) {
    if (family >= 0) continue
    const open = [start]
    dense.set(start, families)
    for (let cell = open.pop(); cell !== undefined; cell = open.pop())
      for (const step of STEPS)
        if (dense.get(cell + step) === -1) {
          dense.set(cell + step, families)
          open.push(cell + step)
        }
    families++
  }
  return cells.map(cell => dense.get(cell) ?? -1)
}

const STEPS = [-1, 0, 1].flatMap(l => [-1, 0, 1].flatMap(a => [-1, 0, 1].map(b => (l * CELLS + a) * CELLS + b)))

function cellOf(lab: Float32Array, at: number): number {
  const place = (value: number) => Math.min(CELLS - 2, Math.max(1, Math.floor(value / CELL) + 1))
  return (place(lab[at] ?? 0) * CELLS + place((lab[at + 1] ?? 0) + 0.55)) * CELLS + place((lab[at + 2] ?? 0) + 0.55)
}
