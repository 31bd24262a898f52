import { createSegmenter } from '../segmentation/create-segmenter.ts'
import { createOnnxSegmenter } from '../segmentation/onnx/create-onnx-segmenter.ts'
import type { Segmenter } from '../segmentation/segmenter.ts'
import type { WorkerSettings } from './protocol.ts'

/** The neural model when there is one, GrabCut otherwise. */
export const chooseSegmenter = ({ model }: WorkerSettings): Promise<Segmenter> =>
  model === undefined ? createSegmenter('grabcut') : createOnnxSegmenter({ model })
