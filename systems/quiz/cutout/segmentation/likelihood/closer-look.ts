import type { Picture } from '../segmenter.ts'

/** A part of a picture, in its pixels. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Of the subject's longer side: how much of what is around it belongs to the region. */
const MARGIN = 0.14
/** A look is closer when its region's longer side is at most this part of the picture's. */
const CLOSER = 0.75

/**
 * Where a subject should be looked at again, because it is small in its picture; undefined when it is not.
 * @param subject  1 where it is, on a copy of `columns`
 */
export function closerLook(subject: Uint8Array, columns: number, { width, height }: Picture): Region | undefined {
  const rows = subject.length / columns
  let [left, right, top, bottom] = [columns, -1, rows, -1]
  for (let index = 0; index < subject.length; index++) {
    if (!subject[index]) continue
    const [x, y] = [index % columns, Math.floor(index / columns)]
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    bottom = y
  }
  if (right < 0) return undefined
  const margin = Math.ceil(MARGIN * Math.max(right - left, bottom - top)) + 2
  const across = (x: number) => Math.round((Math.min(columns, Math.max(0, x)) * width) / columns)
  const down = (y: number) => Math.round((Math.min(rows, Math.max(0, y)) * height) / rows)
  const region = { left: across(left - margin), top: down(top - margin) }
  const size = {
    width: across(right + 1 + margin) - region.left,
    height: down(bottom + 1 + margin) - region.top,
  }
  return Math.max(size.width, size.height) > CLOSER * Math.max(width, height) ? undefined : { ...region, ...size }
}

/** That part of the picture, as one of its own. */
export function cropped({ width, pixels }: Picture, { left, top, ...size }: Region): Picture {
  const part = new Uint8Array(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++) {
    const from = ((top + y) * width + left) * 3
    part.set(pixels.subarray(from, from + size.width * 3), y * size.width * 3)
  }
  return { ...size, pixels: part }
}

/** How much two subjects on copies of different sizes have in common, 0…1; the first is of the whole, the other of the region. */
export function agreement(
  whole: { readonly subject: Uint8Array; readonly columns: number; readonly scale: number },
  part: { readonly subject: Uint8Array; readonly columns: number; readonly scale: number },
  { left, top }: Region,
): number {
  let [both, either] = [0, 0]
  for (let index = 0; index < part.subject.length; index++) {
    const x = Math.floor((left + ((index % part.columns) + 0.5) / part.scale) * whole.scale)
    const y = Math.floor((top + (Math.floor(index / part.columns) + 0.5) / part.scale) * whole.scale)
    const [one, other] = [whole.subject[y * whole.columns + x] ?? 0, part.subject[index] ?? 0]
    both += one & other
    either += one | other
  }
  return either === 0 ? 0 : both / either
}
