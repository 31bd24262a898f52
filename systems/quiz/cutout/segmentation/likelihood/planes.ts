import type { Evidence } from '../evidence/gather-evidence.ts'
import type { WorkCopy } from '../work-copy.ts'

/** Cells along either side of a plane. */
export const SIDE = 160
/** The longer side of the copies that planes are made of: two pixels a cell. */
export const LOOKED_AT = 2 * SIDE
/** Numbers for every cell. */
export const PLANES = 13

/** What the network is told of a picture. */
export interface Planes {
  /** `PLANES` planes of `SIDE` × `SIDE`, each row by row; what the picture doesn't fill is 0 in all of them. */
  readonly values: Float32Array
  /** Cells that the picture fills, from the upper left; the last ones of either side perhaps not wholly. */
  readonly across: number
  readonly down: number
}

/** Costs and edges beyond these say no more. */
const [MOST_COST, MOST_TEXTURE, MOST_EDGE] = [3, 5, 3]

/**
 * Means over cells of what a copy shows, each about −1…1: colours beside the mean of the trusted border, contrast within
 * the cell, the costs, edges, the border and how far it is trusted, the place.
 */
export function planesOf(copy: WorkCopy, evidence: Evidence): Planes {
  const { width, height, lab } = copy
  const grid = new Grid(width, height)
  const usual = usualColour(copy, evidence)
  const off = (c: number) => (index: number) => (lab[index * 3 + c] ?? 0) - (usual[c] ?? 0)
  const { spread, shaded, texture, edges, clear } = evidence
  const trust = trustOf(copy, evidence)
  const lightness = grid.means(off(0))
  const squares = grid.means(index => off(0)(index) ** 2)
  const all: readonly Float32Array[] = [
    lightness.map(value => value * 3),
    grid.means(off(1)).map(value => value * 8),
    grid.means(off(2)).map(value => value * 8),
    squares.map((value, cell) => Math.sqrt(Math.max(0, value - (lightness[cell] ?? 0) ** 2)) * 8),
    grid.means(index => Math.min(MOST_COST, spread[index] ?? 0)).map(value => value - 1),
    grid.means(index => Math.min(MOST_COST, shaded[index] ?? 0)).map(value => value - 1),
    grid.means(index => Math.min(MOST_TEXTURE, texture?.[index] ?? 0)).map(value => value * 0.7 - 1),
    grid.means(index => Math.min(MOST_EDGE, (edges[index] ?? 0) / clear)).map(value => value - 1),
    grid.means(index => trust[index] ?? 0),
    grid.cells(() => Number(texture !== undefined)),
    grid.cells((_, row) => place(row, grid.rows)),
    grid.cells(column => place(column, grid.columns) ** 2),
    grid.cells(() => 1),
  ]
  const values = new Float32Array(PLANES * SIDE * SIDE)
  for (const [plane, numbers] of all.entries())
    for (let row = 0; row < grid.rows; row++)
      values.set(numbers.subarray(row * grid.columns, (row + 1) * grid.columns), (plane * SIDE + row) * SIDE)
  return { values, across: width / grid.size, down: height / grid.size }
}

/** −1 for the first of so many, 1 for the last. */
const place = (at: number, of: number) => (of > 1 ? (2 * at) / (of - 1) - 1 : -1)

/** The mean colour of the border as far as it is trusted, of the whole copy when it isn't at all. */
function usualColour({ lab }: WorkCopy, { border: { pixels, trust } }: Evidence): readonly number[] {
  const trusted = pixels.filter((_, at) => (trust[at] ?? 0) > 0.5)
  const among = trusted.length > 0 ? trusted : Int32Array.from({ length: lab.length / 3 }, (_, index) => index)
  return [0, 1, 2].map(c => among.reduce((sum, index) => sum + (lab[index * 3 + c] ?? 0), 0) / among.length)
}

/** 1 on the trusted border, −1 on the rest of it, 0 elsewhere. */
function trustOf({ width, height }: WorkCopy, { border: { pixels, trust } }: Evidence): Float32Array {
  const values = new Float32Array(width * height)
  for (const [at, index] of pixels.entries()) values[index] = (trust[at] ?? 0) > 0.5 ? 1 : -1
  return values
}

/** Square cells over a copy; those at the right and lower edge may be cut. */
class Grid {
  /** Pixels along either side of a cell. */
  readonly size: number
  readonly columns: number
  readonly rows: number
  readonly #width: number
  readonly #height: number

  constructor(width: number, height: number) {
    this.#width = width
    this.#height = height
    this.size = Math.max(1, Math.ceil(Math.max(width, height) / SIDE))
    this.columns = Math.ceil(width / this.size)
    this.rows = Math.ceil(height / this.size)
  }

  /** The mean over every cell of what its pixels have. */
  means(of: (index: number) => number): Float32Array {
    const [sum, count] = [new Float32Array(this.columns * this.rows), new Float32Array(this.columns * this.rows)]
    for (let y = 0, index = 0; y < this.#height; y++) {
      const row = Math.floor(y / this.size) * this.columns
      for (let x = 0; x < this.#width; x++, index++) {
        const cell = row + Math.floor(x / this.size)
        sum[cell] = (sum[cell] ?? 0) + of(index)
        count[cell] = (count[cell] ?? 0) + 1
      }
    }
    return sum.map((value, cell) => value / (count[cell] ?? 1))
  }

  /** What every cell has by its place. */
  cells(of: (column: number, row: number) => number): Float32Array {
    return Float32Array.from({ length: this.columns * this.rows }, (_, cell) =>
      of(cell % this.columns, Math.floor(cell / this.columns)),
    )
  }
}
