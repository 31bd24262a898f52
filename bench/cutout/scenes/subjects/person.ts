import { between, css, lit } from '../colour.ts'
import { bend } from '../curve.ts'
import { shading } from './outline.ts'
import type { Brush, Subject } from './subject.ts'

/** Somebody standing, from head to knee, arms a little away from the body. */
export const person: Subject = brush => figure(brush, 0.19)

/** Somebody's portrait: head and shoulders, which the lower border of the scene cuts. */
export const portrait: Subject = brush => figure(brush, 0.36)

/** A figure whose head takes that part of the box's height. */
function figure({ random, box, colour }: Brush, part: number): string {
  const head = { height: box.height * part * 0.82, width: box.height * part * 0.62 }
  const middle = box.x + box.width / 2
  const top = box.y + box.height * part * 0.12
  const chin = top + head.height
  const bottom = box.y + box.height
  const shoulders = Math.min(box.width / 2, head.width * 1.25)
  const skin = colour({ lightness: [0.35, 0.88], chroma: [0.04, 0.09], hue: [35, 75] })
  const hair = colour({ lightness: [0.15, 0.8], chroma: [0.01, 0.09], hue: [30, 90] })
  const cloth = colour()
  const trousers = colour()
  const shoulder = chin + head.height * 0.32
  const waist = shoulder + head.height * 2.1
  const arm = (side: number) => {
    const from = middle + side * shoulders * 0.86
    const out = between(random, 0.15, 0.5) * shoulders
    return `<path d="${bend([from, shoulder + head.width * 0.25], [from + side * out * 1.8, (shoulder + waist) / 2], [from + side * out * 0.6, waist + head.height * 0.3])}" stroke="${css(lit(cloth, 0.92))}" stroke-width="${head.width * 0.42}" fill="none" stroke-linecap="round"/>`
  }
  const leg = (side: number) =>
    `<path d="M${middle + side * shoulders * 0.4} ${waist}L${middle + side * shoulders * 0.45} ${bottom}" stroke="${css(trousers)}" stroke-width="${shoulders * 0.68}" fill="none"/>`
  const strands = Array.from({ length: 170 }, () => {
    const turn = between(random, -Math.PI * 1.12, Math.PI * 0.12)
    const from = [
      middle + Math.cos(turn) * head.width * 0.5,
      top + head.height * (0.42 + Math.sin(turn) * 0.44),
    ] as const
    const reach = head.height * between(random, 0.08, 0.34)
    const over = [from[0] + Math.cos(turn) * reach * 0.8, from[1] + Math.sin(turn) * reach * 0.6] as const
    const to = [over[0] + between(random, -0.5, 0.5) * reach, over[1] + between(random, 0, 0.9) * reach] as const
    return `<path d="${bend(from, over, to)}" stroke="${css(lit(hair, between(random, 0.75, 1.3)))}" stroke-width="${between(random, 0.8, 2.2).toFixed(1)}"/>`
  })
  const torso = `M${middle - shoulders} ${Math.min(bottom, shoulder + head.width * 0.5)}Q${middle - shoulders} ${shoulder} ${middle - head.width * 0.3} ${chin + head.height * 0.12}H${middle + head.width * 0.3}Q${middle + shoulders} ${shoulder} ${middle + shoulders} ${Math.min(bottom, shoulder + head.width * 0.5)}L${middle + shoulders * 0.78} ${Math.min(bottom, waist + 4)}H${middle - shoulders * 0.78}Z`
  return (
    `<defs>${shading('cloth', cloth, between(random, 0, 90), 0.25)}${shading('skin', skin, between(random, -40, 40), 0.14)}</defs>` +
    (waist < bottom ? leg(-1) + leg(1) : '') +
    arm(-1) +
    arm(1) +
    `<rect x="${middle - head.width * 0.22}" y="${chin - head.height * 0.2}" width="${head.width * 0.44}" height="${head.height * 0.5}" fill="${css(lit(skin, 0.88))}"/>` +
    `<path d="${torso}" fill="url(#cloth)"/>` +
    `<ellipse cx="${middle}" cy="${top + head.height * 0.42}" rx="${head.width * 0.55}" ry="${head.height * 0.5}" fill="${css(hair)}"/>` +
    `<ellipse cx="${middle}" cy="${top + head.height * 0.56}" rx="${head.width * 0.43}" ry="${head.height * 0.44}" fill="url(#skin)"/>` +
    `<g fill="none" stroke-linecap="round">${strands.join('')}</g>` +
    [-0.18, 0.18]
      .map(
        side =>
          `<circle cx="${middle + side * head.width}" cy="${top + head.height * 0.52}" r="${head.width * 0.05}" fill="#222"/>`,
      )
      .join('')
  )
}
