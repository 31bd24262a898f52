// `node bench/cutout/training/train.ts --out FILE [--seeds 13] [--count 60] [--seed 1]`: learns the network that settles
// regions from generated pictures and writes it as a module like region-weights.ts. About a second of a processor a picture.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { seeded } from '@terrace/kit'
import { loadOpenCv } from '../../../systems/quiz/cutout/segmentation/opencv.ts'
import { planScenes } from '../scenes/plan.ts'
import { makeScene } from '../scenes/scene.ts'
import { type Example, examplesOf } from './examples.ts'
import { likelihood, type Network, trainNetwork } from './network.ts'

/** Every so many seeds one is kept back to measure what was learned from the others. */
const KEPT_BACK = 4

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    seeds: { type: 'string', default: '13' },
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
})
if (values.out === undefined) throw new Error('say where to write the weights: --out FILE')

const cv = await loadOpenCv()
const bySeed: (readonly Example[])[] = []
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const found: Example[] = []
  for (const plan of planScenes(seed, Number(values.count))) found.push(...examplesOf(cv, await makeScene(plan)))
  bySeed.push(found)
  console.error(`seed ${seed}: ${found.length} regions`)
}

const kept = bySeed.filter((_, at) => at % KEPT_BACK === KEPT_BACK - 1).flat()
const others = bySeed.filter((_, at) => at % KEPT_BACK !== KEPT_BACK - 1).flat()
if (kept.length > 0) console.error(`of other seeds ${right(trainNetwork(others, seeded(values.seed)), kept)} are right`)
const network = trainNetwork(bySeed.flat(), seeded(values.seed))
console.error(`of its own examples ${right(network, bySeed.flat())} are right`)
writeFileSync(values.out, moduleOf(network))

/** The part of the regions, by weight, that the network takes for what most of each is. */
function right(one: Network, examples: readonly Example[]): string {
  let [good, all] = [0, 0]
  for (const { traits, truth, weight } of examples) {
    all += weight
    if (likelihood(one, traits) > 0 === truth > 0.5) good += weight
  }
  return (good / all).toFixed(4)
}

function moduleOf({ hidden, output }: Network): string {
  const list = (numbers: readonly number[]) => `[${numbers.map(value => Number(value.toFixed(3))).join(', ')}]`
  return `/** The network of \`settleRegions\`, made by training: a row for every hidden unit, its bias first, then a weight for every trait. */
export const HIDDEN: readonly (readonly number[])[] = [
${hidden.map(row => `  ${list(row)},`).join('\n')}
]

/** The bias of the output, then a weight for every hidden unit. */
export const OUTPUT: readonly number[] = ${list(output)}
`
}
