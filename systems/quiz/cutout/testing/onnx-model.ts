/** A dimension: a number, or a name for any. */
export type Dimension = number | string

/** A model of one to three steps, as a test wants it. */
export interface ModelShape {
  readonly inputs?: readonly { readonly name: string; readonly shape: readonly Dimension[]; readonly type?: number }[]
  readonly output: { readonly name: string; readonly shape: readonly Dimension[]; readonly type?: number }
  readonly nodes: readonly NodeShape[]
}

/** One operator. Attributes are lists of whole numbers, or one. */
export interface NodeShape {
  readonly type: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

/** Numbers of ONNX's element types. */
export const FLOAT = 1
export const INT64 = 7

const IR_VERSION = 8
const OPSET = 13

/**
 * Writes an ONNX file: the few fields of `ModelProto` that a small model needs.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function onnxModel({ inputs = [], output, nodes }: ModelShape): Uint8Array {
  const graph = message(
    ...nodes.map(node => bytes(1, nodeProto(node))),
    text(2, 'test'),
    ...inputs.map(input => bytes(11, valueInfo(input))),
    bytes(12, valueInfo(output)),
  )
  return message(number(1, IR_VERSION), bytes(8, message(text(1, ''), number(2, OPSET))), bytes(7, graph))
}

/** A model whose mask is the mean of the three colours, as it gets them: normalized, so it is taken for logits. */
export const brightness = (height: Dimension, width: Dimension): Uint8Array =>
  onnxModel({
    inputs: [{ name: 'picture', shape: [1, 3, height, width] }],
    output: { name: 'mask', shape: [1, 1, height, width] },
    nodes: [{ type: 'ReduceMean', inputs: ['picture'], output: 'mask', attributes: { axes: [1], keepdims: 1 } }],
  })

function nodeProto({ type, inputs, output, attributes = {} }: NodeShape): Uint8Array {
  return message(
    ...inputs.map(input => text(1, input)),
    text(2, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) =>
      bytes(
        5,
        typeof value === 'number'
          ? message(text(1, name), number(3, value), number(20, 2))
          : message(text(1, name), ...value.map(one => number(8, one)), number(20, 7)),
      ),
    ),
  )
}

function valueInfo({ name, shape, type = FLOAT }: ModelShape['output']): Uint8Array {
  const dimensions = shape.map(one =>
    bytes(1, typeof one === 'number' ? message(number(1, one)) : message(text(2, one))),
  )
  const tensor = message(number(1, type), bytes(2, message(...dimensions)))
  return message(text(1, name), bytes(2, message(bytes(1, tensor))))
}

const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields)
const number = (field: number, value: number): Uint8Array => Buffer.from([...varint(field << 3), ...varint(value)])
const text = (field: number, value: string): Uint8Array => bytes(field, Buffer.from(value))
const bytes = (field: number, value: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(value.length)]), value])

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
