import { between, css, lit } from '../colour.ts'
import { bend, closedCurve } from '../curve.ts'
import { wavyOutline } from './outline.ts'
import type { Subject } from './subject.ts'

/** A furry animal from behind: body, ears, and an outline of some thousand hairs. */
export const fur: Subject = ({ random, box, colour }) => {
  const coat = colour()
  const inset = 0.1
  const body = {
    x: box.x + box.width * inset,
    y: box.y + box.height * (inset + 0.1),
    width: box.width * (1 - 2 * inset),
    height: box.height * (0.9 - 2 * inset),
  }
  const ears = [0.22, 0.62].map(left => ({
    x: box.x + box.width * left,
    y: box.y + box.height * 0.06,
    width: box.width * 0.16,
    height: box.height * 0.35,
  }))
  const shapes = [...ears, body].map(part => ({ part, outline: wavyOutline(random, part, 0.12, 90) }))
  const length = Math.min(box.width, box.height) * between(random, 0.05, 0.1)
  const hairs = shapes.flatMap(({ part, outline }) => {
    const middle = [part.x + part.width / 2, part.y + part.height / 2] as const
    const each = Math.ceil((part.width + part.height) / 65)
    return outline.flatMap(([x, y]) =>
      Array.from({ length: each }, () => {
        const from = [x + between(random, -6, 6), y + between(random, -6, 6)] as const
        const turn = Math.atan2(from[1] - middle[1], from[0] - middle[0]) + between(random, -0.6, 0.6)
        const reach = length * between(random, 0.3, 1)
        const over = [from[0] + (Math.cos(turn) * reach) / 2, from[1] + (Math.sin(turn) * reach) / 2] as const
        const to = [over[0] + (Math.cos(turn + 0.4) * reach) / 2, over[1] + (Math.sin(turn + 0.4) * reach) / 2] as const
        const stroke = css(lit(coat, between(random, 0.7, 1.3)))
        return `<path d="${bend(from, over, to)}" stroke="${stroke}" stroke-width="${between(random, 1, 2.6).toFixed(1)}"/>`
      }),
    )
  })
  const bodies = shapes.map(({ outline }) => `<path d="${closedCurve(outline)}" fill="${css(coat)}"/>`)
  return `${bodies.join('')}<g fill="none" stroke-linecap="round">${hairs.join('')}</g>`
}
