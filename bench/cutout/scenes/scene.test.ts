import { expect, it } from 'vitest'
import { type Plan, planScenes } from './plan.ts'
import { makeScene } from './scene.ts'
import { subjectNames } from './subjects/index.ts'

/** Small, so that every subject can be tried. */
const small = (plan: Plan): Plan => ({ ...plan, width: 240, height: 180 })

it('ten scenes show every subject once, in the mix of levels', () => {
  const plans = planScenes(7, 10)
  expect(plans.map(({ subject }) => subject).sort()).toEqual([...subjectNames].sort())
  expect(plans.map(({ level }) => level).sort()).toEqual(
    'easy easy easy easy fair fair fair hard hard unfair'.split(' '),
  )
})

it('more scenes begin with the same ones, another seed has others', () => {
  expect(planScenes(7, 25).slice(0, 10)).toEqual(planScenes(7, 10))
  expect(planScenes(8, 10)).not.toEqual(planScenes(7, 10))
})

it('the same plan makes the same file and truth, another seed another file', async () => {
  for (const plan of planScenes(3, 2).map(small)) {
    const [one, two] = [await makeScene(plan), await makeScene(plan)]
    expect(two.file.equals(one.file)).toBe(true)
    expect(two.alpha).toEqual(one.alpha)
    expect((await makeScene({ ...plan, seed: 'another' })).file.equals(one.file)).toBe(false)
  }
})

it.each(planScenes(5, 10).map(small))(
  '$subject before $background: a subject, a background and a soft edge',
  async plan => {
    const { alpha, picture } = await makeScene(plan)
    expect(alpha.length).toBe(plan.width * plan.height)
    expect(picture.pixels.length).toBe(alpha.length * 3)
    const share = (is: (value: number) => boolean) => alpha.filter(is).length / alpha.length
    expect(share(value => value >= 128)).toBeGreaterThan(0.002)
    expect(share(value => value === 0)).toBeGreaterThan(0.1)
    expect(share(value => value > 0 && value < 255)).toBeGreaterThan(0.002)
  },
)
