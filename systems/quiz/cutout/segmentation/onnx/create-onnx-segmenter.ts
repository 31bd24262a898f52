import { readFile } from 'node:fs/promises'
import { messageOf, TerraceError } from '@terrace/kit'
import type { Picture, Segmenter, SegmentOptions } from '../segmenter.ts'
import { cutoutOfMask } from './cutout-of-mask.ts'
import { type Model, openModel, type Size } from './open-model.ts'
import { tensorOf } from './tensor-of.ts'

/**
 * A segmenter that runs a neural model: one picture in as 1×3×H×W numbers, normalized as for ImageNet; one mask out as
 * 1×1×H×W, probabilities or logits.
 *
 * @param options.model  absolute path of the ONNX file
 * @throws TerraceError `CUTOUT_NO_MODEL` when it can't be read, `CUTOUT_MODEL_UNFIT` when it is not such a model
 */
export async function createOnnxSegmenter({ model: file }: { readonly model?: string }): Promise<Segmenter> {
  if (file === undefined)
    throw new TerraceError('CUTOUT_NO_MODEL', 'the segmenter onnx needs a model, and none is named', {
      hint: 'Name the absolute path of an ONNX file',
    })
  const model = await openModel(await read(file), file)
  // A model whose shapes promise one thing and do another shows it now, not with the first player's picture.
  await maskOf({ width: 2, height: 2, pixels: new Uint8Array(12) }, model, file)
  return {
    async segment(picture: Picture, { onProgress, signal }: SegmentOptions = {}) {
      signal?.throwIfAborted()
      const mask = await maskOf(picture, model, file)
      signal?.throwIfAborted()
      onProgress?.(0.8)
      const cutout = cutoutOfMask(mask, picture)
      onProgress?.(1)
      return cutout
    },
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new TerraceError('CUTOUT_NO_MODEL', `the model ${file} can't be read: ${messageOf(error)}`, { cause: error })
  }
}

async function maskOf(picture: Picture, model: Model, file: string): Promise<Size & { readonly values: Float32Array }> {
  const { width, height } = model.input
  const output = await model.run(tensorOf(picture, model.input))
  const { dims, values } = output
  const [rows = 0, columns = 0] = dims.slice(-2)
  if (values.length !== rows * columns || values.length === 0)
    throw new TerraceError(
      'CUTOUT_MODEL_UNFIT',
      `the model ${file} gave ${dims.join('×')} for ${width} × ${height} pixels; expected one mask, 1×1×H×W`,
      { hint: 'Export the model so that its first output is the mask of the subject' },
    )
  return { width: columns, height: rows, values }
}
