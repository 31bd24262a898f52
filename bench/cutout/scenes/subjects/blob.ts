import { between, css } from '../colour.ts'
import { closedCurve } from '../curve.ts'
import { shading, wavyOutline } from './outline.ts'
import type { Subject } from './subject.ts'

/** An organic shape with spots: a stone, a toy, a vegetable. */
export const blob: Subject = ({ random, box, colour }) => {
  const outline = closedCurve(wavyOutline(random, box, 0.35))
  const spot = css(colour())
  const spots = Array.from({ length: random.integer(14) }, () => {
    const [x, y] = [box.x + box.width * random.next(), box.y + box.height * random.next()]
    return `<circle cx="${x}" cy="${y}" r="${between(random, 0.01, 0.05) * box.width}" fill="${spot}"/>`
  })
  return (
    `<defs>${shading('body', colour(), between(random, 0, 360))}<clipPath id="outline"><path d="${outline}"/></clipPath></defs>` +
    `<path d="${outline}" fill="url(#body)"/><g clip-path="url(#outline)">${spots.join('')}</g>`
  )
}
