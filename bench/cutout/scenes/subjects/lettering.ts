import { between, css, lit } from '../colour.ts'
import { polyline } from '../curve.ts'
import type { Subject } from './subject.ts'

/** Strokes of letters on a grid of 4 by 6, as corners of lines: drawn here, so that no font of the machine matters. */
const LETTERS: readonly (readonly (readonly (readonly [number, number])[])[])[] = [
  [
    [
      [0, 6],
      [2, 0],
      [4, 6],
    ],
    [
      [0.8, 4],
      [3.2, 4],
    ],
  ],
  [
    [
      [4, 0],
      [0, 0],
      [0, 6],
      [4, 6],
    ],
    [
      [0, 3],
      [3, 3],
    ],
  ],
  [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  [
    [
      [0, 6],
      [0, 0],
      [4, 0],
      [4, 3],
      [0, 3],
    ],
    [
      [1.6, 3],
      [4, 6],
    ],
  ],
  [
    [
      [0, 0],
      [4, 0],
    ],
    [
      [2, 0],
      [2, 6],
    ],
  ],
  [
    [
      [0, 0],
      [4, 0],
      [4, 6],
      [0, 6],
      [0, 0],
    ],
  ],
  [
    [
      [0, 0],
      [0, 6],
      [4, 6],
    ],
  ],
  [
    [
      [0, 0],
      [4, 6],
    ],
    [
      [4, 0],
      [0, 6],
    ],
  ],
  [
    [
      [0, 0],
      [4, 0],
      [0, 6],
      [4, 6],
    ],
  ],
]

/** Three to five thick letters side by side: holes, corners and separate parts. */
export const lettering: Subject = ({ random, box, colour }) => {
  const count = 3 + random.integer(3)
  const pitch = box.width / count
  const height = Math.min(box.height, pitch * 1.9)
  const thickness = pitch * between(random, 0.16, 0.24)
  const top = box.y + (box.height - height) / 2
  const face = colour()
  const letters = Array.from({ length: count }, (_, index) => {
    const left = box.x + index * pitch + thickness / 2
    const [across, down] = [(pitch - thickness * 1.6) / 4, (height - thickness) / 6]
    return random
      .pick(LETTERS)
      .map(line => polyline(line.map(([x, y]) => [left + x * across, top + thickness / 2 + y * down])))
      .join('')
  }).join('')
  const join = random.next() < 0.5 ? 'round' : 'miter'
  const depth = thickness * 0.25
  return (
    `<g fill="none" stroke-linejoin="${join}" stroke-linecap="${join === 'round' ? 'round' : 'square'}" stroke-width="${thickness}">` +
    `<path d="${letters}" stroke="${css(lit(face, 0.7))}" transform="translate(${depth} ${depth})"/><path d="${letters}" stroke="${css(face)}"/></g>`
  )
}
