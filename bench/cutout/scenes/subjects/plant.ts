import { between, css, lit } from '../colour.ts'
import type { Subject } from './subject.ts'

/** A pot plant: long pointed leaves over a pot, background between them. */
export const plant: Subject = ({ random, box, colour }) => {
  const [clay, leaf] = [colour(), colour()]
  const middle = box.x + box.width / 2
  const [potTop, bottom] = [box.y + box.height * 0.66, box.y + box.height]
  const half = Math.min(box.width * 0.28, box.height * 0.22)
  const leaves = Array.from({ length: 9 + random.integer(7) }, () => {
    const turn = between(random, -1.25, 1.25)
    const length = Math.min(box.height * 0.66, (box.width / 2 / Math.max(0.3, Math.abs(Math.sin(turn)))) * 0.95)
    const [tipX, tipY] = [
      middle + Math.sin(turn) * length,
      potTop + half * 0.2 - Math.cos(turn) * length * between(random, 0.8, 1),
    ]
    const [overX, overY] = [middle + Math.sin(turn) * length * 0.35, potTop - length * between(random, 0.5, 0.75)]
    const wide = box.width * between(random, 0.02, 0.045)
    return `<path d="M${middle - 4} ${potTop + 10}Q${overX - wide} ${overY} ${tipX} ${tipY}Q${overX + wide} ${overY + wide} ${middle + 4} ${potTop + 10}Z" fill="${css(lit(leaf, between(random, 0.7, 1.3)))}"/>`
  })
  return (
    leaves.join('') +
    `<path d="M${middle - half} ${potTop}H${middle + half}L${middle + half * 0.7} ${bottom}H${middle - half * 0.7}Z" fill="${css(clay)}"/>` +
    `<rect x="${middle - half * 1.1}" y="${potTop}" width="${half * 2.2}" height="${half * 0.35}" rx="4" fill="${css(lit(clay, 1.15))}"/>`
  )
}
