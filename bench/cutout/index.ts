import { join } from 'node:path'
import { createSegmenter, type SegmenterName } from '../../systems/quiz/cutout/segmentation/create-segmenter.ts'
import type { Segmenter } from '../../systems/quiz/cutout/segmentation/segmenter.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { median, rounded } from '../running.ts'
import { writeReport } from './pictures.ts'
import { type Result, table } from './result.ts'
import { type Plan, planScenes } from './scenes/plan.ts'
import { makeScene } from './scenes/scene.ts'
import type { Subject } from './scenes/subjects/subject.ts'
import { meanScore, score } from './score.ts'
import { processorTimes } from './timing.ts'
import { unknownSubjects } from './unknown.ts'

const BASELINE = 'rectangle'
/** What `--segmenter` is when it isn't given. */
const SHIPPED: SegmenterName = 'grabcut'
const COUNT = 60
/** Scenes with unknown subjects. */
const UNKNOWN_COUNT = 30
const UNKNOWN_KINDS = 'bicycles, chairs, stars, fish, houses, spectacles'
const QUICK_COUNT = 10
const LEAST_IOU = 0.93
const LEAST_MARGIN = 0.03
const MOST_MILLISECONDS = 900
const FILES = 15

/** Quality of the background removal on generated compositions whose alpha is known, beside the plain rectangle's. */
export const bench: Bench = {
  name: 'cutout',
  describe: `cut-outs of ${COUNT} generated pictures (any --seed, --count N, --segmenter NAME) against a plain rectangle's`,
  run,
}

async function* run(options: BenchOptions): AsyncIterable<Figure> {
  const count = options.count ?? (options.quick ? QUICK_COUNT : COUNT)
  const name = options.segmenter ?? SHIPPED
  const segmenter = await createSegmenter(name)
  const baseline = name === BASELINE ? segmenter : await createSegmenter(BASELINE)
  const results: Result[] = []
  for (const plan of planScenes(options.seed, count)) results.push(await measure(plan, segmenter, baseline))
  const folder = join(import.meta.dirname, '../../.build/bench/cutout', String(options.seed))
  await writeReport(folder, results, async ({ scene: { seed } }) => {
    const scene = await again(options.seed, count, seed)
    return { scene, alpha: (await segmenter.segment(scene.picture)).alpha }
  })
  console.error(`${table(results)}\n\nevery scene, and the worst as pictures: ${folder}`)
  yield* quality(results, `${name}, ${count} scenes of seed ${options.seed}`)
  yield await unknown(options, name, segmenter, baseline)
  yield await speed(options, name, segmenter)
}

async function measure(plan: Plan, segmenter: Segmenter, baseline: Segmenter, shown?: Subject): Promise<Result> {
  const scene = await makeScene(plan, shown)
  const of = async (one: Segmenter) => score((await one.segment(scene.picture)).alpha, scene.alpha, scene.width)
  const plain = await of(baseline)
  const { seed, level, subject, background } = plan
  const ours = segmenter === baseline ? plain : await of(segmenter)
  return { scene: { seed, level, subject, background }, ours, baseline: plain }
}

/** The same backgrounds, levels and places with subjects of kinds that nothing was learned from. */
async function unknown({ seed, quick }: BenchOptions, name: string, segmenter: Segmenter, baseline: Segmenter) {
  const plans = planScenes(seed, quick ? QUICK_COUNT : UNKNOWN_COUNT)
  const results: Result[] = []
  for (const [index, plan] of plans.entries())
    results.push(await measure(plan, segmenter, baseline, unknownSubjects[index % unknownSubjects.length]))
  const [first] = quality(results, `${name}, ${results.length} scenes of seed ${seed}: ${UNKNOWN_KINDS}`)
  if (!first) throw new Error('there is no scene')
  return { ...first, figure: 'mean IoU of kinds of subject that nothing was learned from', bar: 'none', pass: true }
}

function again(seed: number, count: number, scene: string) {
  const plan = planScenes(seed, count).find(one => one.seed === scene)
  if (!plan) throw new Error(`no scene ${scene} among the ${count} of seed ${seed}`)
  return makeScene(plan)
}

function* quality(results: readonly Result[], note: string): Iterable<Figure> {
  const ours = meanScore(results.map(result => result.ours))
  const peer = meanScore(results.map(result => result.baseline))
  const row = (figure: string, value: number, other: number, bar: string, pass: boolean): Figure => ({
    bench: 'cutout',
    figure,
    ours: rounded(value, 4),
    peer: rounded(other, 4),
    ratio: other === 0 ? null : rounded(value / other),
    unit: '0…1',
    bar,
    pass,
    note,
  })
  yield row('mean IoU', ours.iou, peer.iou, `≥ ${LEAST_IOU}`, ours.iou >= LEAST_IOU)
  const margin = ours.iou - peer.iou
  yield {
    ...row('mean IoU above the plain rectangle', margin, 0, `≥ ${LEAST_MARGIN}`, margin >= LEAST_MARGIN),
    peer: null,
  }
  yield row('mean boundary F', ours.boundary, peer.boundary, 'none', true)
  yield row('mean alpha error', ours.error, peer.error, 'none', true)
  yield row('mean alpha error near the border', ours.bandError, peer.bandError, 'none', true)
}

async function speed({ seed, quick }: BenchOptions, name: string, segmenter: Segmenter): Promise<Figure> {
  const plans = planScenes(seed, quick ? QUICK_COUNT : COUNT).slice(0, quick ? 5 : FILES)
  const scenes = await Promise.all(plans.map(plan => makeScene({ ...plan, width: 1024, height: 768 })))
  const times = await processorTimes(
    segmenter,
    scenes.map(({ file }) => file),
  )
  const middle = median(times)
  return {
    bench: 'cutout',
    figure: 'picture of 1024×768, from JPEG to PNG, p50',
    ours: rounded(middle, 0),
    peer: null,
    ratio: null,
    unit: 'ms of one core',
    bar: `≤ ${MOST_MILLISECONDS} ms`,
    pass: middle <= MOST_MILLISECONDS,
    note: `${name}, ${times.length} pictures, processor time with decoding and encoding`,
  }
}
