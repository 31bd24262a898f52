import type { WorkCopy } from '../work-copy.ts'
import { backgroundCost } from './background-cost.ts'
import { type Border, findBorder } from './border.ts'
import { clearEdge, edgeStrength } from './edges.ts'
import { surroundingsCost } from './texture-cost.ts'

/** What a copy shows by itself, without anybody knowing what a subject is. */
export interface Evidence {
  readonly border: Border
  /** The costs of `BackgroundCost`, for every pixel. */
  readonly spread: Float32Array
  readonly shaded: Float32Array
  /** The cost of every pixel's surroundings; only of a background that is no smooth surface. */
  readonly texture: Float32Array | undefined
  /** How strong an edge every pixel lies on. */
  readonly edges: Float32Array
  /** An edge that is one in this picture: `clearEdge`. */
  readonly clear: number
}

/** Looks at the border, models the background by it, and compares every pixel and its surroundings with that. */
export function gatherEvidence(copy: WorkCopy): Evidence {
  const border = findBorder(copy)
  const { spread, shaded, textured } = backgroundCost(copy, border)
  const edges = edgeStrength(copy)
  const texture = textured ? surroundingsCost(copy, border, edges, shaded) : undefined
  return { border, spread, shaded, texture, edges, clear: clearEdge(edges) }
}
