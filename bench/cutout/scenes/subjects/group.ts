import { between, css, lit } from '../colour.ts'
import { bend, closedCurve } from '../curve.ts'
import { shading, wavyOutline } from './outline.ts'
import type { Subject } from './subject.ts'

/** Three to five fruits lying apart, each with its stem. */
export const group: Subject = ({ random, box, colour }) => {
  const count = 3 + random.integer(3)
  const columns = Math.ceil(count / 2)
  const [across, down] = [box.width / columns, box.height / 2]
  return Array.from({ length: count }, (_, index) => {
    const skin = colour()
    const size = Math.min(across, down) * between(random, 0.62, 0.86)
    const x = box.x + (index % columns) * across + between(random, 0, across - size)
    const y = box.y + Math.floor(index / columns) * down + size * 0.12 + between(random, 0, down - size * 1.12)
    const stem = bend([x + size / 2, y + size * 0.12], [x + size * 0.52, y], [x + size * 0.62, y - size * 0.1])
    const outline = closedCurve(wavyOutline(random, { x, y, width: size, height: size }, 0.08))
    return (
      `<defs>${shading(`skin${index}`, skin, between(random, 20, 70), 0.32)}</defs>` +
      `<path d="${stem}" stroke="${css(lit(skin, 0.6))}" stroke-width="${size * 0.05}" fill="none"/>` +
      `<path d="${outline}" fill="url(#skin${index})"/>` +
      `<ellipse cx="${x + size * 0.36}" cy="${y + size * 0.34}" rx="${size * 0.08}" ry="${size * 0.05}" fill="#fff" fill-opacity=".5"/>`
    )
  }).join('')
}
