import { type Random, seeded } from '@terrace/kit'
import sharp from 'sharp'
import type { Picture } from '../../../systems/quiz/cutout/segmentation/segmenter.ts'
import { backgrounds } from './backgrounds/index.ts'
import { shoot } from './camera.ts'
import { ANY, anyColour, between, type Colour, chooseColour, distanceToNearest, nearColour } from './colour.ts'
import { type Level, levels } from './level.ts'
import type { Plan } from './plan.ts'
import { clouds, type Plane, rasterize, relight, soften } from './plane.ts'
import { type SubjectName, subjects } from './subjects/index.ts'
import type { Box, Subject } from './subjects/subject.ts'

/** A composition whose cut-out is known. */
export interface Scene extends Plan {
  /** The JPEG file that a user would send. */
  readonly file: Buffer
  /** The file decoded. */
  readonly picture: Picture
  /** The truth, one byte a pixel: 0 background, 255 subject. */
  readonly alpha: Uint8Array
}

/**
 * Makes the scene of a plan; the same plan makes the same scene.
 *
 * @param subject  shown instead of the plan's
 */
export async function makeScene(plan: Plan, subject: Subject = subjects[plan.subject]): Promise<Scene> {
  const random = seeded(plan.seed)
  const level = levels[plan.level]
  const background = backgrounds[plan.background]
  const behind = backgroundColours(random)
  const plane = await background.paint({ random, width: plan.width, height: plan.height, colours: behind })
  const box = place(random, plan)
  const colour = subjectColour(random, level, behind.slice(0, background.colours))
  const drawing = subject({ random, box, colour })
  const { colours, alpha } = await rasterize(drawing, plan.width, plan.height)
  await model(random, level, colours, alpha, box)
  if (random.next() < level.shadow) await castShadow(random, plane, alpha, box)
  compose(plane, colours, alpha)
  const shot = await shoot(random, level, plane, alpha)
  const pixels = await sharp(shot.file).raw().toBuffer()
  return { ...plan, ...shot, picture: { width: plan.width, height: plan.height, pixels } }
}

/** Five colours of one family, and a second one that may be of another. */
function backgroundColours(random: Random): readonly [Colour, Colour, Colour, Colour, Colour] {
  const first = anyColour(random, { ...ANY, lightness: [0.25, 0.92], chroma: [0.01, 0.12] })
  const near = () => nearColour(random, first, 0.14)
  const second = random.next() < 0.5 ? near() : anyColour(random, { ...ANY, chroma: [0.01, 0.1] })
  return [first, second, near(), near(), near()]
}

const subjectColour =
  (random: Random, level: Level, behind: readonly Colour[]) =>
  (range: Partial<typeof ANY> = {}): Colour => {
    const within = level.within
    if (within !== undefined) return nearColour(random, random.pick(behind), within)
    return chooseColour(random, { ...ANY, ...range }, colour => distanceToNearest(colour, behind) - level.apart)
  }

/** Small, middling or large; mostly inside the picture, one in eight reaching over a border, portraits always. */
function place(random: Random, { width, height, subject }: Plan): Box {
  const size = random.pick([0.4, 0.55, 0.65, 0.75, 0.83, 0.9]) * between(random, 0.94, 1.04)
  const tall: readonly SubjectName[] = ['person', 'product', 'plant', 'branch']
  const wide: readonly SubjectName[] = ['lettering', 'group', 'mug']
  const ratio = tall.includes(subject)
    ? between(random, 0.45, 0.8)
    : wide.includes(subject)
      ? between(random, 1.2, 1.7)
      : between(random, 0.8, 1.25)
  const high = Math.min(height * size, (width * size) / ratio)
  const free: Box = { width: high * ratio, height: high, x: 0, y: 0 }
  // Two lots each, since people point a camera at the subject: the middle is likelier than the sides.
  const x = ((between(random, 0.03, 0.97) + between(random, 0.03, 0.97)) / 2) * (width - free.width)
  const y = ((between(random, 0.1, 0.97) + between(random, 0.1, 0.97)) / 2) * (height - free.height)
  if (subject === 'portrait') return { ...free, x, y: height - high * between(random, 0.8, 0.96) }
  if (random.next() >= 1 / 8) return { ...free, x, y }
  const over = between(random, 0.1, 0.3)
  return random.pick([
    { ...free, x: -free.width * over, y },
    { ...free, x: width - free.width * (1 - over), y },
    { ...free, x, y: height - high * (1 - over) },
  ])
}

/** Gives the flat drawing a body: darker towards its edges, lit from a side, an uneven surface. */
async function model(random: Random, level: Level, colours: Plane, alpha: Uint8Array, box: Box): Promise<void> {
  const { width, height } = colours
  const inner = await soften(alpha, width, height, 1, Math.max(2, Math.min(box.width, box.height) * 0.05))
  const surface = clouds(random, colours, between(random, 12, 90), 5, 0.65)
  const rough = between(random, ...level.texture)
  const round = between(random, 0.05, 0.3)
  const side = between(random, -0.25, 0.25)
  relight(colours, index => {
    const across = ((index % width) - box.x) / box.width - 0.5
    return 1 + round * ((inner[index] ?? 0) / 255 - 0.85) + side * across + rough * (surface[index] ?? 0)
  })
}

/** Darkens what is behind, aside of the subject and below it. */
async function castShadow(random: Random, plane: Plane, alpha: Uint8Array, box: Box): Promise<void> {
  const { width, height } = plane
  const size = Math.min(box.width, box.height)
  const soft = await soften(alpha, width, height, 1, size * between(random, 0.03, 0.09))
  const [right, down] = [
    Math.round(size * between(random, -0.12, 0.12)),
    Math.round(size * between(random, 0.02, 0.08)),
  ]
  const strength = between(random, 0.2, 0.5)
  relight(plane, index => {
    const [x, y] = [(index % width) - right, Math.floor(index / width) - down]
    const inside = x >= 0 && x < width && y >= 0 && y < height
    return 1 - strength * (inside ? (soft[y * width + x] ?? 0) / 255 : 0)
  })
}

/** Lays the subject over the plane, in place. */
function compose({ values }: Plane, subject: Plane, alpha: Uint8Array): void {
  for (let at = 0; at < values.length; at++) {
    const part = (alpha[Math.floor(at / 3)] ?? 0) / 255
    values[at] = (values[at] ?? 0) * (1 - part) + (subject.values[at] ?? 0) * part
  }
}
