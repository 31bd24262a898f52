import { setTimeout as wait } from 'node:timers/promises'
import type { Bench, Figure } from '../figure.ts'
import { openLoad } from '../load.ts'
import { get } from '../running.ts'
import { type ItemsProject, startProject } from './project.ts'

const PORT = 4610
const RATE = 200
const SITE = `http://items.localhost:${PORT}`
const PATHS = ['/', '/api/v1/info', '/api/v1/items', '/api/v1/items?limit=5']

/** An instance warms up for three minutes before the next one is replaced, and a task that has to go is given five. */
const SCALE = ['--time-scale', '30']

/** What is rolled out, and how `terrace up` has to end: 0 when it was brought in, 1 when it was taken back. */
const ROLLOUTS: readonly (readonly [what: string, code: 0 | 1, change: (template: string) => string])[] = [
  ['of the API', 0, newApi],
  ['of the frontend', 0, newFrontend],
  ['of the API that is bad', 1, template => withVersion(newFrontend(template), 'this is no version')],
  ['of the frontend that is bad', 1, template => newFrontend(template).replace('listen 443 ssl', 'listen nowhere ssl')],
]

function withVersion(template: string, version: string): string {
  return template.replace(/("Name": "VERSION",\s*"Value": )"[^"]*"/, `$1"${version}"`)
}

function newApi(template: string): string {
  return withVersion(template, '0.2.0')
}

/** On top of the new API: each rollout changes one thing. */
function newFrontend(template: string): string {
  return newApi(template).replace(/(environment[\\"]+:[\\"]+)dev/, '$1other')
}

/** New versions of the items are rolled out while they are used. */
export const bench: Bench = {
  name: 'items-rollout',
  describe: 'items at 200 requests/s: new versions of API and frontend, good and bad ones: which requests fail',
  async *run({ quick }) {
    const project = await startProject(PORT, SCALE)
    try {
      for (const [what, code, change] of ROLLOUTS.slice(0, quick ? 2 : undefined)) {
        yield* rollout(project, what, code, change)
      }
    } finally {
      await project.stop()
    }
  },
}

async function* rollout(
  project: ItemsProject,
  what: string,
  expected: number,
  change: (template: string) => string,
): AsyncGenerator<Figure> {
  const load = openLoad(RATE, number => get(`${SITE}${PATHS[number % PATHS.length]}`))
  await wait(1000)
  const code = await project.update(change)
  await wait(2000)
  await load.stop()
  const bad = load.answers.filter(({ status }) => status !== 200)
  const failed = bad.length
  const statuses = [...Map.groupBy(bad, ({ status }) => status)].map(([status, { length }]) => `${length} × ${status}`)
  const ended = code === expected
  yield {
    bench: 'items-rollout',
    figure: `requests that failed during a rollout ${what}`,
    ours: failed,
    peer: null,
    ratio: null,
    unit: 'requests',
    bar: expected === 0 ? '= 0, brought in' : '= 0, taken back without an operator',
    pass: failed === 0 && ended,
    note: [`of ${load.answers.length}; terrace up ended with ${code}`, ...statuses].join(', '),
  }
}
