import { createSegmenter, segmenterNames } from '../segmentation/create-segmenter.ts'
import { createOnnxSegmenter } from '../segmentation/onnx/create-onnx-segmenter.ts'
import type { Segmenter } from '../segmentation/segmenter.ts'
import type { WorkerSettings } from './protocol.ts'

/** What works without a model, the best first. */
const WITHOUT_MODEL = ['grabcut', 'rectangle']

/** The neural model when there is one, GrabCut otherwise. */
export function chooseSegmenter({ model }: WorkerSettings): Promise<Segmenter> {
  if (model !== undefined) return createOnnxSegmenter({ model })
  const known = new Set<string>(segmenterNames)
  return createSegmenter(WITHOUT_MODEL.find(name => known.has(name)) ?? 'rectangle')
}
