import type { Clock } from '@terrace/kit'
import { repaint } from '../segmentation/edge-colours.ts'
import type { Cutout, Segmenter, SegmentOptions } from '../segmentation/segmenter.ts'
import { type Step, timed } from '../workers/step.ts'
import { type Decoded, decode } from './decode.ts'
import { encode } from './encode.ts'
import { free } from './free.ts'

/** A picture without its background. */
export interface Cut {
  /** A PNG with alpha, as large as the picture. */
  readonly png: Uint8Array
  readonly width: number
  readonly height: number
  /** 0…1; below 0.2 no subject was found, and the picture is as opaque as it was. */
  readonly confidence: number
}

export interface CutOptions extends Required<SegmentOptions> {
  readonly clock: Clock
  /** Told of each step when it has ended. */
  readonly onStep: (step: Step) => void
}

/** How far the work is when a step is done. */
const DECODED = 0.1
const SEGMENTED = 0.8

/** Of the pixels: less than this is no subject. */
const LEAST_SUBJECT = 0.0005
const NO_SUBJECT_CONFIDENCE = 0.1

/**
 * From the bytes of a file to those of the PNG.
 *
 * @param bytes  given back to the system once they are decoded
 * @throws PictureRefused as `decode` does; the signal's reason, looked at between steps
 */
export async function cut(bytes: Uint8Array, segmenter: Segmenter, options: CutOptions): Promise<Cut> {
  const { onProgress, signal, clock, onStep } = options
  signal.throwIfAborted()
  const picture = await timed('decode', clock, onStep, () => decode(bytes))
  try {
    free(bytes)
    signal.throwIfAborted()
    onProgress(DECODED)
    const cutout = await timed('segment', clock, onStep, () =>
      segmenter.segment(picture, {
        signal,
        onProgress: done => onProgress(DECODED + done * (SEGMENTED - DECODED)),
      }),
    )
    signal.throwIfAborted()
    onProgress(SEGMENTED)
    const { alpha, confidence, edge } = withSubject(cutout)
    const seen = seenThroughBoth(picture, alpha)
    // At the edge of the subject without what the old background mixed into it.
    if (edge) repaint(picture.pixels, edge)
    const png = await timed('encode', clock, onStep, () => encode(picture, seen, clock))
    free(cutout.alpha)
    return { png, width: picture.width, height: picture.height, confidence }
  } finally {
    free(picture.pixels)
  }
}

/** Nobody wants an empty picture: without a subject it stays whole. */
function withSubject(cutout: Cutout): Cutout {
  const { alpha, confidence } = cutout
  let sum = 0
  for (const opacity of alpha) sum += opacity
  if (sum >= LEAST_SUBJECT * 255 * alpha.length) return cutout
  return { alpha: new Uint8Array(alpha.length).fill(255), confidence: Math.min(confidence, NO_SUBJECT_CONFIDENCE) }
}

function seenThroughBoth({ alpha: own }: Decoded, alpha: Uint8Array): Uint8Array {
  if (!own) return alpha
  return own.map((opacity, index) => Math.round((opacity * (alpha[index] ?? 0)) / 255))
}
