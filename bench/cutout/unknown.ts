import { css, lit } from './scenes/colour.ts'
import type { Box, Subject } from './scenes/subjects/subject.ts'

const chair: Subject = ({ box, colour }) => {
  const { at, size } = inside(box)
  const wood = css(colour())
  const plank = (x: number, y: number, width: number, height: number) =>
    `<rect ${at(x, y, 'x', 'y')} ${at(width, height, 'width', 'height', true)} fill="${wood}"/>`
  const leg = (size * 0.06) / box.width
  return (
    [0.05, 0.18, 0.31].map(y => plank(0.25, y, 0.5, 0.06)).join('') +
    [0.25, 0.75 - leg].map(x => plank(x, 0.02, leg, 0.5)).join('') +
    plank(0.25, 0.5, 0.5, 0.08) +
    [0.25, 0.45, 0.62, 0.75 - leg].map(x => plank(x, 0.5, leg, 0.48)).join('')
  )
}

const bicycle: Subject = ({ box, colour }) => {
  const { path, point, size } = inside(box)
  const [frame, tyre] = [css(colour()), css(colour())]
  const [width, radius] = [size * 0.03, size * 0.24]
  const wheel = (x: number) => {
    const [cx, cy] = point(x, 0.65)
    const spokes = [0, 1, 2, 3].map(eighth => {
      const [right, down] = [radius * Math.cos((eighth * Math.PI) / 4), radius * Math.sin((eighth * Math.PI) / 4)]
      return `M${cx - right} ${cy - down}L${cx + right} ${cy + down}`
    })
    return (
      `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="none" stroke="${tyre}" stroke-width="${width}"/>` +
      `<path d="${spokes.join('')}" stroke="${tyre}" stroke-width="${width / 3}"/>`
    )
  }
  const tubes =
    path([0.25, 0.65], [0.4, 0.35], [0.68, 0.35], [0.5, 0.65], [0.25, 0.65]) +
    path([0.36, 0.28], [0.5, 0.65]) +
    path([0.75, 0.65], [0.65, 0.25], [0.75, 0.22])
  return `${wheel(0.25)}${wheel(0.75)}<path d="${tubes}" fill="none" stroke="${frame}" stroke-width="${width * 1.4}"/>`
}

const star: Subject = ({ random, box, colour }) => {
  const { size } = inside(box)
  const points = 5 + random.integer(4)
  const outline = Array.from({ length: 2 * points }, (_, corner) => {
    const angle = (corner * Math.PI) / points
    const far = size * (corner % 2 === 0 ? 0.48 : 0.2)
    return `${box.x + box.width / 2 + far * Math.cos(angle)},${box.y + box.height / 2 + far * Math.sin(angle)}`
  })
  return `<polygon points="${outline.join(' ')}" fill="${css(colour())}"/>`
}

const fish: Subject = ({ box, colour }) => {
  const { path, point, size } = inside(box)
  const scales = colour()
  const [nose, up, down, tail] = [point(0.05, 0.5), point(0.4, 0.15), point(0.4, 0.85), point(0.75, 0.5)]
  const [eyeX, eyeY] = point(0.17, 0.46)
  return (
    `<path d="M${nose.join(' ')}Q${up.join(' ')} ${tail.join(' ')}Q${down.join(' ')} ${nose.join(' ')}Z" fill="${css(scales)}"/>` +
    `<path d="${path([0.7, 0.5], [0.97, 0.3], [0.93, 0.5], [0.97, 0.7])}Z" fill="${css(scales)}"/>` +
    `<path d="${path([0.35, 0.33], [0.5, 0.15], [0.55, 0.36])}Z" fill="${css(lit(scales, 0.8))}"/>` +
    `<circle cx="${eyeX}" cy="${eyeY}" r="${size * 0.02}" fill="#111"/>`
  )
}

const house: Subject = ({ box, colour }) => {
  const { at, path } = inside(box)
  const part = (x: number, y: number, width: number, height: number) =>
    `<rect ${at(x, y, 'x', 'y')} ${at(width, height, 'width', 'height', true)} fill="${css(colour())}"/>`
  return (
    part(0.2, 0.4, 0.6, 0.58) +
    `<path d="${path([0.1, 0.42], [0.5, 0.05], [0.9, 0.42])}Z" fill="${css(colour())}"/>` +
    part(0.43, 0.65, 0.14, 0.33) +
    part(0.26, 0.5, 0.12, 0.12)
  )
}

const spectacles: Subject = ({ box, colour }) => {
  const { path, point, size } = inside(box)
  const rim = `fill="none" stroke="${css(colour())}" stroke-width="${size * 0.04}"`
  const glass = ([x, y]: readonly number[]) => `<circle cx="${x}" cy="${y}" r="${box.width * 0.18}" ${rim}/>`
  const wires =
    path([0.45, 0.48], [0.5, 0.43], [0.55, 0.48]) + path([0.09, 0.48], [0.01, 0.4]) + path([0.91, 0.48], [0.99, 0.4])
  return `${glass(point(0.27, 0.5))}${glass(point(0.73, 0.5))}<path d="${wires}" ${rim}/>`
}

/**
 * Kinds of subject that no network of ours has learned from, unlike those of the scenes: they tell whether it finds what
 * stands out, or what it knows. Nothing is trained on them.
 */
export const unknownSubjects: readonly Subject[] = [bicycle, chair, star, fish, house, spectacles]

/** Places and sizes in parts of a box, 0…1. */
function inside(box: Box) {
  const point = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const
  return {
    size: Math.min(box.width, box.height),
    point,
    path: (...points: readonly (readonly [number, number])[]) =>
      points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${point(x, y).join(' ')}`).join(''),
    at(x: number, y: number, first: string, second: string, isSize = false) {
      const [across, down] = isSize ? [x * box.width, y * box.height] : point(x, y)
      return `${first}="${across}" ${second}="${down}"`
    },
  }
}
