// `node bench/cutout/training/examples.ts --out FILE --from SEED --to SEED`: what `train.py` learns from, of generated
// pictures. About a second of a processor a picture; several may run side by side, each with seeds and a file of its own.
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Random, seeded } from '@terrace/kit'
import { gatherEvidence } from '../../../systems/quiz/cutout/segmentation/evidence/gather-evidence.ts'
import { cropped, type Region } from '../../../systems/quiz/cutout/segmentation/likelihood/closer-look.ts'
import { LOOKED_AT, PLANES, planesOf, SIDE } from '../../../systems/quiz/cutout/segmentation/likelihood/planes.ts'
import { workCopy } from '../../../systems/quiz/cutout/segmentation/work-copy.ts'
import type { LevelName } from '../scenes/level.ts'
import { type Plan, planScenes } from '../scenes/plan.ts'
import { makeScene, type Scene } from '../scenes/scene.ts'
import { oddShape } from './odd-shapes.ts'

const COUNT = 60
/** Of every so many pictures of a level one is taken: more of what is hard to learn. */
const TAKEN: Readonly<Record<LevelName, number>> = { easy: 3, fair: 2, hard: 1, unfair: 1 }
/** These parts of the pictures show what the bench never does, and nothing at all; so many are of half the size. */
const [ODD, EMPTY, HALF] = [0.3, 0.06, 0.25]
/** Of the subject's longer side: how much is around it in a closer look. */
const [LEAST_MARGIN, MOST_MARGIN] = [0.02, 0.24]
/** A look is closer when its longer side is at most this part of the picture's. */
const CLOSER = 0.8

/** A look at a picture: the whole, or the subject from closer. */
interface Example {
  readonly plan: Plan
  readonly look: 0 | 1
  /** Cells, and for each of them `PLANES` numbers and the part of it that is subject, plane by plane. */
  readonly columns: number
  readonly rows: number
  readonly numbers: Float16Array
}

async function* examplesOf(seed: number): AsyncIterable<Example> {
  const random = seeded(`closer looks ${seed}`)
  const plans = planScenes(seed, COUNT).filter(({ level }, index) => index % TAKEN[level] === seed % TAKEN[level])
  for (const plan of plans) {
    const scene = await sceneOf(plan, random)
    yield { plan, look: 0, ...seen(scene, { left: 0, top: 0, width: scene.width, height: scene.height }) }
    const region = aroundSubject(scene, random)
    if (region) yield { plan, look: 1, ...seen(scene, region) }
  }
}

function sceneOf(plan: Plan, random: Random): Promise<Scene> {
  const half = random.next() < HALF
  const sized = half ? { ...plan, width: plan.width >> 1, height: plan.height >> 1 } : plan
  const lot = random.next()
  if (lot < EMPTY) return makeScene(sized, () => '')
  return lot < EMPTY + ODD ? makeScene(sized, oddShape) : makeScene(sized)
}

function seen({ picture, alpha }: Scene, region: Region): Omit<Example, 'plan' | 'look'> {
  const copy = workCopy(cropped(picture, region), LOOKED_AT)
  const { values, across, down } = planesOf(copy, gatherEvidence(copy))
  const [columns, rows] = [Math.ceil(across), Math.ceil(down)]
  const numbers = new Float16Array((PLANES + 1) * columns * rows)
  for (let plane = 0; plane < PLANES; plane++)
    for (let row = 0; row < rows; row++) {
      const from = (plane * SIDE + row) * SIDE
      numbers.set(values.subarray(from, from + columns), (plane * rows + row) * columns)
    }
  const count = new Float32Array(columns * rows)
  const truth = new Float32Array(columns * rows)
  for (let y = 0; y < region.height; y++)
    for (let x = 0; x < region.width; x++) {
      const cell = Math.floor((y * down) / region.height) * columns + Math.floor((x * across) / region.width)
      truth[cell] = (truth[cell] ?? 0) + (alpha[(region.top + y) * picture.width + region.left + x] ?? 0) / 255
      count[cell] = (count[cell] ?? 0) + 1
    }
  numbers.set(
    truth.map((value, cell) => value / Math.max(1, count[cell] ?? 0)),
    PLANES * columns * rows,
  )
  return { columns, rows, numbers }
}

/** The subject with some of what is around it; undefined when that is about the whole picture, or there is none. */
function aroundSubject({ alpha, width, height }: Scene, random: Random): Region | undefined {
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (const [index, value] of alpha.entries()) {
    if (value < 128) continue
    const [x, y] = [index % width, Math.floor(index / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = y + 1
  }
  if (right === 0) return undefined
  const longer = Math.max(right - left, bottom - top)
  const margin = () => Math.round((LEAST_MARGIN + (MOST_MARGIN - LEAST_MARGIN) * random.next()) * longer)
  left = Math.max(0, left - margin())
  top = Math.max(0, top - margin())
  const size = { width: Math.min(width, right + margin()) - left, height: Math.min(height, bottom + margin()) - top }
  return Math.max(size.width, size.height) > CLOSER * Math.max(width, height) ? undefined : { left, top, ...size }
}

/** A head of five numbers of two bytes, then the numbers of the cells. */
function recordOf({ plan, look, columns, rows, numbers }: Example, seed: number): Buffer {
  const level = ['easy', 'fair', 'hard', 'unfair'].indexOf(plan.level)
  const head = Uint16Array.of(seed, level, look, columns, rows)
  return Buffer.concat([head, numbers].map(({ buffer }) => new Uint8Array(buffer)))
}

const { values } = parseArgs({
  options: { out: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
})
const [from, to] = [Number(values.from), Number(values.to)]
if (values.out === undefined || !(from >= 0 && to >= from)) throw new Error('give --out FILE --from SEED --to SEED')
const file = openSync(values.out, 'w')
for (let seed = from; seed <= to; seed++) {
  for await (const example of examplesOf(seed)) writeSync(file, recordOf(example, seed))
  console.error(`seed ${seed}`)
}
closeSync(file)
