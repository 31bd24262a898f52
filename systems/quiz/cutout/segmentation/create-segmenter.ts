import { TerraceError } from '@terrace/kit'
import { createGrabCutSegmenter } from './grabcut.ts'
import { createRectangleSegmenter } from './rectangle.ts'
import type { Segmenter } from './segmenter.ts'

/** The segmenters by name; the service and the bench choose from these alone. */
const segmenters = {
  grabcut: createGrabCutSegmenter,
  rectangle: createRectangleSegmenter,
} satisfies Record<string, (options: SegmenterOptions) => Promise<Segmenter>>

/** What a segmenter is called in settings and flags. */
export type SegmenterName = keyof typeof segmenters

/** What a segmenter may need to start. */
export interface SegmenterOptions {
  /** Absolute path of an ONNX file, for the segmenters that run one. */
  readonly model?: string
}

/** The names that `createSegmenter` knows. */
export const segmenterNames = Object.keys(segmenters) as readonly SegmenterName[]

/**
 * Loads the segmenter of that name: once a thread, then used for every picture.
 * @throws TerraceError `NoSuchSegmenter` for a name that is none of `segmenterNames`
 */
export function createSegmenter(name: string, options: SegmenterOptions = {}): Promise<Segmenter> {
  const create = new Map<string, (options: SegmenterOptions) => Promise<Segmenter>>(Object.entries(segmenters)).get(
    name,
  )
  if (create) return create(options)
  const hint = `use one of ${segmenterNames.join(', ')}`
  return Promise.reject(new TerraceError('NoSuchSegmenter', `there is no segmenter ${name}`, { hint }))
}
