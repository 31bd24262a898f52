import { between, css, lit } from '../colour.ts'
import { shading } from './outline.ts'
import type { Subject } from './subject.ts'

/** A mug; through its handle one sees the background. */
export const mug: Subject = ({ random, box, colour }) => {
  const glaze = colour()
  const side = random.next() < 0.5 ? 1 : -1
  const width = box.width * 0.66
  const left = side > 0 ? box.x : box.x + box.width - width
  const edge = side > 0 ? left + width : left
  const [rim, radius] = [width * between(random, 0.1, 0.16), width * between(random, 0.03, 0.12)]
  const [top, height] = [box.y + rim, box.height - rim]
  const handle = `<ellipse cx="${edge}" cy="${top + height * 0.48}" rx="${box.width * 0.27}" ry="${height * 0.27}" fill="none" stroke="${css(lit(glaze, 0.92))}" stroke-width="${box.width * between(random, 0.06, 0.11)}"/>`
  const band = css(colour())
  return (
    `<defs>${shading('glaze', glaze, side > 0 ? 0 : 180, 0.22)}</defs>${handle}` +
    `<path d="M${left} ${top}v${height - radius}q0 ${radius} ${radius} ${radius}h${width - 2 * radius}q${radius} 0 ${radius} ${-radius}v${radius - height}Z" fill="url(#glaze)"/>` +
    `<rect x="${left}" y="${top + height * between(random, 0.2, 0.6)}" width="${width}" height="${height * 0.1}" fill="${band}" fill-opacity=".85"/>` +
    `<ellipse cx="${left + width / 2}" cy="${top}" rx="${width / 2}" ry="${rim}" fill="${css(lit(glaze, 1.12))}"/>` +
    `<ellipse cx="${left + width / 2}" cy="${top + rim * 0.1}" rx="${width * 0.45}" ry="${rim * 0.78}" fill="${css(lit(glaze, 0.75))}"/>` +
    `<rect x="${left + width * 0.12}" y="${top + height * 0.1}" width="${width * 0.05}" height="${height * 0.7}" rx="${width * 0.025}" fill="#fff" fill-opacity=".3"/>`
  )
}
