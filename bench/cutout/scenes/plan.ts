import { type Random, seeded } from '@terrace/kit'
import type { BackgroundName } from './backgrounds/index.ts'
import { type LevelName, levels, mixOfTen } from './level.ts'
import { type SubjectName, subjectNames } from './subjects/index.ts'

/** What one scene is to show; everything else follows from its seed. */
export interface Plan {
  /** Seed of whatever is left to chance in the scene. */
  readonly seed: string
  readonly level: LevelName
  readonly subject: SubjectName
  readonly background: BackgroundName
  readonly width: number
  readonly height: number
}

const SIZES = [
  [1024, 768],
  [1024, 768],
  [1024, 683],
  [768, 1024],
  [720, 960],
] as const

/** Plans of `count` scenes: ten in a row have each subject once and the levels in the mix of `mixOfTen`. */
export function planScenes(seed: number, count: number): readonly Plan[] {
  return Array.from({ length: Math.ceil(count / mixOfTen.length) }, (_, ten) => {
    const random = seeded(`cutout ${seed} ten ${ten}`)
    const mix = shuffled(random, mixOfTen)
    return shuffled(random, subjectNames).map((subject, index): Plan => {
      const level = mix[index % mix.length] ?? 'fair'
      const [width, height] = random.pick(SIZES)
      const background = random.pick(levels[level].backgrounds)
      return { seed: `cutout ${seed} scene ${ten * 10 + index}`, level, subject, background, width, height }
    })
  })
    .flat()
    .slice(0, count)
}

function shuffled<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  return items
    .map(item => ({ item, lot: random.next() }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ item }) => item)
}
