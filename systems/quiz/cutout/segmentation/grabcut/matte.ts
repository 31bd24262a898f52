import type { Picture } from '../segmenter.ts'
import type { LocalColours } from './local-colours.ts'

/** The edge as the copy of the picture tells it. */
export interface Edge extends LocalColours {
  readonly width: number
  readonly height: number
  readonly distance: Float32Array
}

/** Pixels of the copy: how far inside and outside of its edge the full size is looked at. */
const INSIDE = 3
const OUTSIDE = 4

export function matte({ width, height, pixels }: Picture, edge: Edge, P: any = {}): Uint8Array {
  const alpha = new Uint8Array(width * height)
  const { width: columns, height: rows, distance, subject, background, spread } = edge
  const [across, down] = [columns / width, rows / height]
  const inR = P.in ?? INSIDE, outR = P.out ?? OUTSIDE
  for (let y = 0, index = 0; y < height; y++) {
    const v = Math.min(rows - 1, Math.max(0, (y + 0.5) * down - 0.5))
    const top = Math.floor(v) * columns
    const bottom = Math.min(rows - 1, Math.floor(v) + 1) * columns
    const b = v - Math.floor(v)
    for (let x = 0; x < width; x++, index++) {
      const u = Math.min(columns - 1, Math.max(0, (x + 0.5) * across - 0.5))
      const left = Math.floor(u)
      const right = Math.min(columns - 1, left + 1)
      const a = u - left
      const [i, j, k, l] = [top + left, top + right, bottom + left, bottom + right]
      const [p, q, r, s] = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b]
      const far = p * (distance[i] ?? 0) + q * (distance[j] ?? 0) + r * (distance[k] ?? 0) + s * (distance[l] ?? 0)
      if (far > inR) { alpha[index] = 255; continue }
      if (far < -outR) continue
      let along = 0, length = 0, off = 0
      for (let c = 0; c < 3; c++) {
        const F = p * (subject[i * 3 + c] ?? 0) + q * (subject[j * 3 + c] ?? 0) + r * (subject[k * 3 + c] ?? 0) + s * (subject[l * 3 + c] ?? 0)
        const B = p * (background[i * 3 + c] ?? 0) + q * (background[j * 3 + c] ?? 0) + r * (background[k * 3 + c] ?? 0) + s * (background[l * 3 + c] ?? 0)
        const I = (pixels[index * 3 + c] ?? 0) - B
        along += I * (F - B)
        length += (F - B) ** 2
        off += I * I
      }
      const sd = spread[i] ?? 0
      const noise2 = (sd * sd + 30)
      const hard = Math.min(1, Math.max(0, 0.5 + far * (P.soft ?? 0.7)))
      const proj = along / Math.max(1, length)
      const dist = Math.sqrt(Math.max(0, off - noise2) / Math.max(1, length))
      let est = P.mode === 'dist' ? dist : P.mode === 'avg' ? (proj + dist) / 2 : P.mode === 'max' ? Math.max(proj, dist) : proj
      est = Math.min(1, Math.max(0, est))
      const sure = length / (length + (P.k ?? 9) * noise2)
      // away from the edge less is believed
      const away = far < 0 ? Math.min(1, Math.max(0, (-far - 0.7) / (outR - 0.7))) : Math.min(1, Math.max(0, (far - 0.7) / (inR - 0.7)))
      const believe = sure * (1 - (P.fade ?? 0.5) * away)
      const value = hard + (est - hard) * believe
      alpha[index] = value < 0.06 ? 0 : value > 0.94 ? 255 : Math.round(value * 255)
    }
  }
  return alpha
}
