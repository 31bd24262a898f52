import { fileURLToPath } from 'node:url'
import { plot } from './plot.ts'
import { changesOfDirection, type Moment, simulateDay } from './simulate-day.ts'

/** The picture in the README of the quiz. */
export const FLAPPING_FILE = fileURLToPath(new URL('../../../systems/quiz/docs/flapping.svg', import.meta.url))

/** The same day with each set of policies. */
export interface Days {
  readonly shipped: readonly Moment[]
  readonly original: readonly Moment[]
}

/** Percent of CPU that target tracking holds. */
const TARGET = 60

/** Simulates both. */
export const simulateDays = async (): Promise<Days> => ({
  shipped: await simulateDay('shipped'),
  original: await simulateDay('original'),
})

/** The picture of them. */
export const flappingPlot = ({ shipped, original }: Days): string =>
  plot([panel('Shipped, target tracking alone', shipped), panel('Original, three policies', original)], TARGET)

const panel = (title: string, moments: readonly Moment[]) => ({
  title: `${title}: ${changesOfDirection(moments)} changes of direction`,
  moments,
})
