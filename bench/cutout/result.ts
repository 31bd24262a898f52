import type { Scene } from './scenes/scene.ts'
import { meanScore, type Score } from './score.ts'

/** What became of one scene. */
export interface Result {
  readonly scene: Pick<Scene, 'level' | 'subject' | 'background' | 'seed'>
  readonly ours: Score
  /** The plain rectangle on the same scene. */
  readonly baseline: Score
}

/** A table of means as text: of everything, by level, subject and background; the baseline's in brackets. */
export function table(results: readonly Result[]): string {
  const rows = [row('all', results)]
  for (const property of ['level', 'subject', 'background'] as const) {
    const values = [...new Set(results.map(({ scene }) => scene[property]))].sort()
    rows.push(
      '',
      ...values.map(value =>
        row(
          value,
          results.filter(({ scene }) => scene[property] === value),
        ),
      ),
    )
  }
  const title = `${'(baseline)'.padEnd(12)}${'n'.padStart(4)}  ${COLUMNS.map(([name]) => name.padEnd(16)).join('')}`
  return [title, ...rows].map(line => line.trimEnd()).join('\n')
}

/** The worst first. */
export const byIou = (results: readonly Result[]) => results.toSorted((one, other) => one.ours.iou - other.ours.iou)

const COLUMNS = [
  ['IoU', 'iou'],
  ['boundary F', 'boundary'],
  ['alpha error', 'error'],
  ['in the band', 'bandError'],
] as const

function row(name: string, results: readonly Result[]): string {
  const ours = meanScore(results.map(result => result.ours))
  const baseline = meanScore(results.map(result => result.baseline))
  const cells = COLUMNS.map(([, part]) => `${ours[part].toFixed(3)} (${baseline[part].toFixed(3)})`.padEnd(16))
  return `${name.padEnd(12)}${String(results.length).padStart(4)}  ${cells.join('')}`
}
