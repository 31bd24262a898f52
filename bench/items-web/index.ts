import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Bench, BenchOptions, Figure } from '../figure.ts'

/** What the first list of the items costs in Chromium. */
export const bench: Bench = {
  name: 'items-web',
  describe: 'the first list of 10,000 items in Chromium with a slowed-down processor: script, time, layout shift',
  run,
}

const PROGRAM = fileURLToPath(new URL('../../systems/items/web/test/measure.ts', import.meta.url))

/** What each load cost, and what one may, by the same names. */
interface Measured {
  readonly slowDown: number
  readonly budget: Readonly<Record<Name, number>>
  readonly loads: readonly Readonly<Record<Name, number>>[]
}

type Name = 'scriptBytesBeforeList' | 'scriptBytes' | 'listVisibleMs' | 'layoutShift'

async function* run({ quick }: BenchOptions): AsyncIterable<Figure> {
  const rounds = quick ? 3 : 15
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(rounds)])
  const measured: Measured = JSON.parse(stdout)
  const note = `the worst of ${rounds} loads with an empty cache, gzip level 5 as NGINX sends it`
  yield figureOf(measured, 'scriptBytesBeforeList', 'script before the first row is in sight', 'bytes', note)
  yield figureOf(measured, 'scriptBytes', 'script in all, with forms, dialogs and traces', 'bytes', note)
  yield figureOf(measured, 'layoutShift', 'layout shift', 'score', note)
  const times = valuesOf(measured, 'listVisibleMs')
  const spread = `median of ${rounds} loads, processor ${measured.slowDown}× slower; ${times[0]} to ${times.at(-1)} ms`
  yield figureOf(measured, 'listVisibleMs', 'first row in sight', 'ms', spread)
}

/** The median of a time; of everything else the worst. */
function figureOf(measured: Measured, name: Name, figure: string, unit: string, note: string): Figure {
  const values = valuesOf(measured, name)
  const ours = (name === 'listVisibleMs' ? values[values.length >> 1] : values.at(-1)) ?? Number.NaN
  const most = measured.budget[name]
  return {
    bench: 'items-web',
    figure,
    ours,
    peer: null,
    ratio: null,
    unit,
    bar: `≤ ${most} ${unit}`,
    pass: ours <= most,
    note,
  }
}

/** Sorted, smallest first; whole but for scores. */
const valuesOf = ({ loads }: Measured, name: Name): readonly number[] =>
  loads
    .map(load => (name === 'layoutShift' ? Math.round(load[name] * 10_000) / 10_000 : Math.round(load[name])))
    .sort((one, other) => one - other)
