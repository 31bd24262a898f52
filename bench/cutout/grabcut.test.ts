import { expect, it } from 'vitest'
import { createSegmenter } from '../../systems/quiz/cutout/segmentation/create-segmenter.ts'
import { planScenes } from './scenes/plan.ts'
import { makeScene } from './scenes/scene.ts'
import { meanScore, type Score, score } from './score.ts'

/** Few and small, so that the whole measure needn't be run to see that something broke. */
const SCENES = 4
/** At half the size thin parts are a pixel wide: somewhat less than the bar of the measure itself. */
const LEAST_IOU = 0.9

it('the cut-out of a few scenes that are meant to be possible is no worse than it was', async () => {
  const segmenter = await createSegmenter('grabcut')
  const possible = planScenes(1, 10).filter(plan => plan.level !== 'unfair')
  const scores: Score[] = []
  for (const plan of possible.slice(0, SCENES)) {
    const scene = await makeScene({ ...plan, width: plan.width / 2, height: Math.floor(plan.height / 2) })
    scores.push(score((await segmenter.segment(scene.picture)).alpha, scene.alpha, scene.width))
  }
  expect(meanScore(scores).iou).toBeGreaterThan(LEAST_IOU)
}, 120_000)
