import { between, css, lit } from '../colour.ts'
import { bend, type Point } from '../curve.ts'
import type { Subject } from './subject.ts'

/** A branch with twigs and leaves: thin parts, and gaps between them. */
export const branch: Subject = ({ random, box, colour }) => {
  const bark = colour({ chroma: [0.01, 0.08] })
  const leaf = colour()
  const size = Math.min(box.width, box.height)
  const parts: string[] = []
  const grow = (from: Point, turn: number, length: number, thickness: number): void => {
    const to: Point = [from[0] + Math.cos(turn) * length, from[1] + Math.sin(turn) * length]
    const side = between(random, -0.15, 0.15) * length
    const over: Point = [(from[0] + to[0]) / 2 - Math.sin(turn) * side, (from[1] + to[1]) / 2 + Math.cos(turn) * side]
    parts.push(
      `<path d="${bend(from, over, to)}" stroke="${css(lit(bark, between(random, 0.85, 1.15)))}" stroke-width="${thickness}" fill="none" stroke-linecap="round"/>`,
    )
    if (length < size * 0.12) {
      const reach = size * between(random, 0.09, 0.15)
      const degrees = ((turn + between(random, -0.7, 0.7)) * 180) / Math.PI
      parts.push(
        `<path transform="translate(${to[0]} ${to[1]}) rotate(${degrees})" d="M0 0Q${reach / 2} ${-reach * 0.45} ${reach} 0Q${reach / 2} ${reach * 0.45} 0 0Z" fill="${css(lit(leaf, between(random, 0.8, 1.2)))}"/>`,
      )
      return
    }
    for (const lean of [between(random, -0.8, -0.35), between(random, -0.15, 0.15), between(random, 0.35, 0.8)])
      grow(to, turn + lean, length * between(random, 0.55, 0.75), Math.max(2.5, thickness * 0.62))
  }
  grow([box.x + box.width / 2, box.y + box.height], -Math.PI / 2, size * 0.34, size * 0.045)
  return parts.join('')
}
