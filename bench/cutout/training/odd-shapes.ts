import type { Random } from '@terrace/kit'
import { between, css } from '../scenes/colour.ts'
import type { Box, Brush, Subject } from '../scenes/subjects/subject.ts'

/**
 * A thing that is nothing in particular: bars, frames, rings, strokes and plates, put together by lot. The bench shows
 * ten kinds of subject; who learns from them alone takes gaps and bars of anything else for what those have there.
 */
export const oddShape: Subject = brush => {
  const { random } = brush
  const colours = Array.from({ length: 1 + random.integer(3) }, () => css(brush.colour()))
  return Array.from({ length: 2 + random.integer(5) }, () => random.pick(PARTS)(brush, random.pick(colours))).join('')
}

type Part = (brush: Brush, colour: string) => string

/** Side by side or one above the other, with gaps between. */
const bars: Part = ({ random, box }, colour) => {
  const { x, y, width, height } = within(random, box)
  const count = 2 + random.integer(6)
  const share = between(random, 0.15, 0.7) / count
  const upright = random.next() < 0.5
  return Array.from({ length: count }, (_, bar) => {
    const at = (bar * (1 - share)) / (count - 1)
    const place = upright
      ? `x="${x + at * width}" y="${y}" width="${share * width}" height="${height}"`
      : `x="${x}" y="${y + at * height}" width="${width}" height="${share * height}"`
    return `<rect ${place} fill="${colour}"/>`
  }).join('')
}

const frame: Part = ({ random, box }, colour) => {
  const { x, y, width, height } = within(random, box)
  const round = random.next() < 0.4 ? Math.min(width, height) * between(random, 0.1, 0.5) : 0
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${round}" ${stroked(random, box, colour)}/>`
}

const ring: Part = ({ random, box }, colour) => {
  const { x, y, width, height } = within(random, box)
  const spokes = random.next() < 0.4 ? 1 + random.integer(6) : 0
  const [cx, cy] = [x + width / 2, y + height / 2]
  const stroke = stroked(random, box, colour)
  const lines = Array.from({ length: spokes }, (_, spoke) => {
    const [across, down] = [Math.cos((spoke * Math.PI) / spokes), Math.sin((spoke * Math.PI) / spokes)]
    const [right, low] = [(across * width) / 2, (down * height) / 2]
    return `M${cx - right} ${cy - low}L${cx + right} ${cy + low}`
  }).join('')
  return `<ellipse cx="${cx}" cy="${cy}" rx="${width / 2}" ry="${height / 2}" ${stroke}/><path d="${lines}M0 0" ${stroke}/>`
}

const strokes: Part = ({ random, box }, colour) => {
  const point = () => `${box.x + random.next() * box.width} ${box.y + random.next() * box.height}`
  const count = 1 + random.integer(4)
  const path = Array.from({ length: count }, () => (random.next() < 0.5 ? `L${point()}` : `Q${point()} ${point()}`))
  return `<path d="M${point()}${path.join('')}" stroke-linejoin="round" ${stroked(random, box, colour)}/>`
}

/** A polygon, perhaps with a hole. */
const plate: Part = ({ random, box }, colour) => {
  const { x, y, width, height } = within(random, box)
  const corners = 3 + random.integer(8)
  const turn = between(random, 0, 2 * Math.PI)
  const outline = (size: number) =>
    Array.from({ length: corners }, (_, corner) => {
      const angle = turn + (corner * 2 * Math.PI) / corners
      const far = (size * between(random, 0.5, 1)) / 2
      return `${corner === 0 ? 'M' : 'L'}${x + width * (0.5 + far * Math.cos(angle))} ${y + height * (0.5 + far * Math.sin(angle))}`
    }).join('')
  const hole = random.next() < 0.4 ? `${outline(between(random, 0.3, 0.6))}Z` : ''
  return `<path d="${outline(1)}Z${hole}" fill="${colour}" fill-rule="evenodd"/>`
}

const PARTS: readonly Part[] = [bars, frame, ring, strokes, plate]

/** A part of the box, around its middle or beside it. */
function within(random: Random, { x, y, width, height }: Box): Box {
  const [wide, high] = [width * between(random, 0.25, 1), height * between(random, 0.25, 1)]
  return { x: x + random.next() * (width - wide), y: y + random.next() * (height - high), width: wide, height: high }
}

const stroked = (random: Random, { width, height }: Box, colour: string): string =>
  `fill="none" stroke="${colour}" stroke-width="${Math.min(width, height) * between(random, 0.02, 0.12)}"`
