import { messageOf, TerraceError } from '@terrace/kit'
import type { InferenceSession } from 'onnxruntime-web'

/** In pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** A model that is loaded and takes what we give. */
export interface Model {
  /** What its pictures are resized to. */
  readonly input: Size
  /** @param tensor  1×3×H×W of the input's size */
  run(tensor: Float32Array): Promise<{ readonly dims: readonly number[]; readonly values: Float32Array }>
}

/** For models that take any size. */
const FREE_SIDE = 512
const MOST_SIDE = 2048

const HINT = 'Use a model for salient objects with one input 1×3×H×W (float32) and the mask 1×1×H×W as its first output'

/**
 * Loads an ONNX model (WebAssembly, one thread) and looks at what it takes and gives.
 *
 * @param file  for messages
 * @throws TerraceError `CUTOUT_MODEL_UNFIT`
 * @see https://onnxruntime.ai/docs/api/js/interfaces/InferenceSession-1.html
 */
export async function openModel(bytes: Uint8Array, file: string): Promise<Model> {
  const unfit = (why: string, cause?: unknown) =>
    new TerraceError('CUTOUT_MODEL_UNFIT', `the model ${file} can't be used: ${why}`, { hint: HINT, cause })
  // Loaded by those alone who have a model: it is 14 MB.
  const { env, InferenceSession, Tensor } = await import('onnxruntime-web')
  env.wasm.numThreads = 1
  env.logLevel = 'fatal'
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] }).catch(error => {
    throw unfit(`it is no model that the runtime can load (${messageOf(error).slice(0, 300)})`, error)
  })
  const input = inputSize(session.inputMetadata, unfit)
  const [output] = session.outputMetadata
  const [inputName] = session.inputNames
  if (!output?.isTensor || inputName === undefined) throw unfit('it has no output')
  if (output.type !== 'float32') throw unfit(`its output ${output.name} is of ${output.type}, expected float32`)
  if (output.shape.length < 2) throw unfit(`its output ${output.name} has the shape ${shapeOf(output.shape)}`)
  return {
    input,
    async run(tensor) {
      const dims = [1, 3, input.height, input.width]
      const results = await session
        .run({ [inputName]: new Tensor('float32', tensor, dims) }, [output.name])
        .catch(error => {
          throw unfit(`it failed on a picture (${messageOf(error).slice(0, 300)})`, error)
        })
      const result = results[output.name]
      if (!(result?.data instanceof Float32Array)) throw unfit(`its output ${output.name} is not float32`)
      return { dims: result.dims, values: result.data }
    },
  }
}

function inputSize(inputs: readonly InferenceSession.ValueMetadata[], unfit: (why: string) => TerraceError): Size {
  const [input, ...others] = inputs
  if (!input?.isTensor || others.length > 0) throw unfit(`it has ${inputs.length} inputs, expected one`)
  const { name, type, shape } = input
  if (type !== 'float32') throw unfit(`its input ${name} is of ${type}, expected float32`)
  const [batch, channels, height, width] = shape
  if (shape.length !== 4 || !fits(batch, 1) || !fits(channels, 3))
    throw unfit(`its input ${name} has the shape ${shapeOf(shape)}, expected 1×3×H×W`)
  const size = { width: sideOf(width), height: sideOf(height) }
  if (size.width > MOST_SIDE || size.height > MOST_SIDE)
    throw unfit(`its input ${name} has the shape ${shapeOf(shape)}, no side may be longer than ${MOST_SIDE}`)
  return size
}

/** A name, or nothing, stands for any number. */
const fits = (dimension: number | string | undefined, wanted: number): boolean =>
  typeof dimension !== 'number' || dimension <= 0 || dimension === wanted

const sideOf = (dimension: number | string | undefined): number =>
  typeof dimension === 'number' && dimension > 0 ? dimension : FREE_SIDE

const shapeOf = (shape: readonly (number | string)[]): string => shape.join('×') || 'of a single number'
