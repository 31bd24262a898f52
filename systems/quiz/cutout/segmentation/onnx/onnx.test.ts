import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brightness, FLOAT, INT64, onnxModel } from '../../testing/onnx-model.ts'
import type { Picture } from '../segmenter.ts'
import { createOnnxSegmenter } from './create-onnx-segmenter.ts'

const folder = mkdtempSync(join(tmpdir(), 'cutout-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function write(bytes: Uint8Array): string {
  const file = join(folder, `${files++}.onnx`)
  writeFileSync(file, bytes)
  return file
}

/** White where `subject` says so, black elsewhere. */
function picture(width: number, height: number, subject: (x: number, y: number) => boolean): Picture {
  const pixels = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at++)
    pixels.fill(subject(at % width, Math.floor(at / width)) ? 255 : 0, at * 3, at * 3 + 3)
  return { width, height, pixels }
}

describe('a neural model', () => {
  it('Q-02: cuts out by its mask, in the size of the picture', async () => {
    const segmenter = await createOnnxSegmenter({ model: write(brightness(32, 48)) })
    const progress: number[] = []
    const { alpha, confidence } = await segmenter.segment(
      picture(300, 200, x => x >= 150),
      { onProgress: done => progress.push(done) },
    )
    expect(alpha).toHaveLength(300 * 200)
    const row = alpha.subarray(100 * 300, 101 * 300)
    expect([row[0], row[100], row[299]].map(value => (value ?? 0) > 127)).toEqual([false, false, true])
    // The border is where it is in the picture, to within one cell of the mask.
    const border = row.findIndex(value => value > 127)
    expect(Math.abs(border - 150)).toBeLessThanOrEqual(7)
    expect(confidence).toBeGreaterThan(0.5)
    expect(progress).toEqual([0.8, 1])
  })

  it('takes its size from the picture it is made for when its file leaves it open', async () => {
    const segmenter = await createOnnxSegmenter({ model: write(brightness('height', 'width')) })
    const { alpha } = await segmenter.segment(picture(3, 1000, (_, y) => y < 500))
    expect([alpha[0], alpha[2999]].map(value => (value ?? 0) > 127)).toEqual([true, false])
  })

  it('works on a picture of one pixel', async () => {
    const segmenter = await createOnnxSegmenter({ model: write(brightness(8, 8)) })
    expect((await segmenter.segment(picture(1, 1, () => true))).alpha).toHaveLength(1)
  })

  it('leaves a picture without a subject whole, with low confidence', async () => {
    const segmenter = await createOnnxSegmenter({ model: write(brightness(8, 8)) })
    const { alpha, confidence } = await segmenter.segment(picture(20, 10, () => false))
    expect(alpha.every(value => value === 255)).toBe(true)
    expect(confidence).toBeLessThan(0.2)
  })

  it('ends with the reason of its signal', async () => {
    const segmenter = await createOnnxSegmenter({ model: write(brightness(8, 8)) })
    const signal = AbortSignal.abort(new Error('nobody waits'))
    await expect(
      segmenter.segment(
        picture(4, 4, () => true),
        { signal },
      ),
    ).rejects.toThrow('nobody waits')
  })

  const input = { name: 'picture', shape: [1, 3, 8, 8] }
  const output = { name: 'mask', shape: [1, 1, 8, 8] }
  const mean = { type: 'ReduceMean', inputs: ['picture'], output: 'mask', attributes: { axes: [1], keepdims: 1 } }
  it.each<[what: string, file: Uint8Array, message: RegExp]>([
    ['is none', Buffer.from('no model at all'), /no model that the runtime can load/],
    ['is empty', new Uint8Array(), /no model that the runtime can load/],
    [
      'takes grey pictures',
      onnxModel({ inputs: [{ ...input, shape: [1, 1, 8, 8] }], output, nodes: [mean] }),
      /its input picture has the shape 1×1×8×8, expected 1×3×H×W/,
    ],
    [
      'has channels last',
      onnxModel({
        inputs: [{ ...input, shape: [1, 8, 8, 3] }],
        output: { ...output, shape: [1, 1, 8, 3] },
        nodes: [mean],
      }),
      /shape 1×8×8×3, expected 1×3×H×W/,
    ],
    [
      'takes two inputs',
      onnxModel({
        inputs: [input, { ...input, name: 'other' }],
        output: { ...output, shape: [1, 3, 8, 8] },
        nodes: [{ type: 'Add', inputs: ['picture', 'other'], output: 'mask' }],
      }),
      /it has 2 inputs, expected one/,
    ],
    [
      'gives whole numbers',
      onnxModel({
        inputs: [input],
        output: { ...output, shape: [1, 3, 8, 8], type: INT64 },
        nodes: [{ type: 'Cast', inputs: ['picture'], output: 'mask', attributes: { to: INT64 } }],
      }),
      /its output mask is of int64, expected float32/,
    ],
    [
      'gives three masks',
      onnxModel({
        inputs: [input],
        output: { ...output, shape: [1, 3, 8, 8], type: FLOAT },
        nodes: [{ type: 'Sigmoid', inputs: ['picture'], output: 'mask' }],
      }),
      /gave 1×3×8×8 for 8 × 8 pixels; expected one mask/,
    ],
    [
      'is far too large inside',
      onnxModel({
        inputs: [{ ...input, shape: [1, 3, 8, 100_000] }],
        output: { ...output, shape: [1, 1, 8, 100_000] },
        nodes: [mean],
      }),
      /no side may be longer than 2048/,
    ],
  ])('is refused at the start, with the reason, when it %s', async (_what, bytes, message) => {
    const model = write(bytes)
    await expect(createOnnxSegmenter({ model })).rejects.toThrow(message)
    await expect(createOnnxSegmenter({ model })).rejects.toMatchObject({ code: 'CUTOUT_MODEL_UNFIT' })
  })

  it('is refused when it is not there', async () => {
    await expect(createOnnxSegmenter({ model: '/nowhere/model.onnx' })).rejects.toMatchObject({
      code: 'CUTOUT_NO_MODEL',
    })
    await expect(createOnnxSegmenter({})).rejects.toThrow('none is named')
  })
})
