import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** What each file of an imagined workspace holds; its lines are complaints or silence. */
const FORBIDDEN: readonly (readonly [what: string, file: string, content: string])[] = [
  ['kit importing model', 'packages/kit/src/a.ts', "export * from '@terrace/model'"],
  ['model importing cloud', 'packages/model/src/a.ts', "export * from '@terrace/cloud'"],
  ['model importing a type of cloud', 'packages/model/src/b.ts', "export type { Cloud } from '@terrace/cloud'"],
  ['model loading cloud later', 'packages/model/src/c.ts', "export const cloud = () => import('@terrace/cloud')"],
  ['model reaching into cloud', 'packages/model/src/deep/d.ts', "export * from '../../../cloud/src/start.ts'"],
  ['loader importing control', 'packages/loader/src/a.ts', "export * from '@terrace/control'"],
  ['constructs importing kit', 'packages/constructs/src/a.ts', "export * from '@terrace/kit'"],
  ['control importing model', 'packages/control/src/a.ts', "export * from '@terrace/model'"],
  ['cloud importing loader', 'packages/cloud/src/a.ts', "export * from '@terrace/loader'"],
  ['cloud importing cli', 'packages/cloud/src/deep/b.ts', "export * from '@terrace/cli'"],
  ['export importing cloud', 'packages/export/src/a.ts', "export * from '@terrace/cloud'"],
  ['cli importing service', 'packages/cli/src/a.ts', "export * from '@terrace/service'"],
  ['service importing cloud', 'packages/service/src/a.ts', "export * from '@terrace/cloud'"],
  ['ui importing kit', 'packages/ui/src/a.tsx', "export * from '@terrace/kit'"],
  ['a package importing a system', 'packages/constructs/src/b.ts', "export * from '../../../systems/library/stack.ts'"],
  ['a system importing cloud', 'systems/library/a.ts', "export * from '@terrace/cloud'"],
  ['a system reaching into a package', 'systems/library/b.ts', "export * from '../../packages/kit/src/clock.ts'"],
  ['a service importing another', 'packages/cloud/src/services/s3/a.ts', "export * from '../rds/state.ts'"],
  [
    'a service importing a type of another',
    'packages/cloud/src/services/s3/b.ts',
    "export type { A } from '../rds/state.ts'",
  ],
  [
    'an operation importing another service',
    'packages/cloud/src/services/s3/operations/a.ts',
    "export * from '../../rds/state.ts'",
  ],
  ['a service importing loader', 'packages/cloud/src/services/s3/c.ts', "export * from '@terrace/loader'"],
  ['looking at the clock', 'packages/cloud/src/t1.ts', 'export const now = Date.now()'],
  ['looking at the clock later', 'packages/cloud/src/t2.ts', 'export const now = Date.now'],
  ['making the current date', 'packages/cloud/src/t3.ts', 'export const now = new Date()'],
  ['rolling dice', 'packages/cloud/src/t4.ts', 'export const dice = Math.random()'],
  ['setting a timer', 'packages/cloud/src/t5.ts', 'setTimeout(() => {}, 5)'],
  ['setting an interval', 'packages/cloud/src/t6.ts', 'setInterval(() => {}, 5)'],
  ['setting a timer the long way', 'packages/cli/src/t7.ts', 'globalThis.setTimeout(() => {}, 5)'],
  [
    'taking a timer from Node',
    'packages/cli/src/t9.ts',
    "import { setTimeout as sleep } from 'node:timers/promises'\nawait sleep(5)",
  ],
  ['setting a timer in a system', 'systems/library/api/t8.ts', 'setTimeout(() => {}, 5)'],
]

const ALLOWED: typeof FORBIDDEN = [
  ['cloud importing control', 'packages/cloud/src/ok.ts', "export * from '@terrace/control'"],
  ['cli importing cloud', 'packages/cli/src/ok.ts', "export * from '@terrace/cloud'"],
  ['the launcher importing its main', 'packages/cli/bin/ok.js', "export * from '../src/main.ts'"],
  [
    'a system importing a part of constructs',
    'systems/library/ok.ts',
    "export * from '@terrace/constructs'\nexport * from '@terrace/constructs/build'",
  ],
  [
    'a service importing what services share',
    'packages/cloud/src/services/s3/ok.ts',
    "export * from '../service.ts'\nexport * from '../../ports.ts'\nexport * from '../../gateway/api.ts'\nexport * from './operations/put.ts'",
  ],
  [
    'an operation importing its service',
    'packages/cloud/src/services/s3/operations/ok.ts',
    "export * from '../state.ts'\nexport * from '../../../gateway/api.ts'",
  ],
  ['a test importing anything', 'packages/model/src/ok.test.ts', "export * from '@terrace/loader'"],
  ['kit looking at the clock', 'packages/kit/src/ok.ts', 'export const now = Date.now()\nsetTimeout(() => {}, 5)'],
  ['a test setting a timer', 'packages/cloud/src/ok.test.ts', 'setTimeout(() => {}, 5)'],
  ['a browser setting a timer', 'systems/library/web/src/ok.ts', 'setTimeout(() => {}, 5)'],
  ['a component setting a timer', 'packages/ui/src/ok.tsx', 'setTimeout(() => {}, 5)'],
  ['converting an instant', 'packages/cloud/src/date.ts', 'export const day = (at: number) => new Date(at)'],
]

let workspace: string
/** The rules that a file breaks, by the file's path. */
let complaints: Map<string, string[]>

beforeAll(async () => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'terrace-layering-')))
  for (const path of ['biome.json', '.gitignore', 'scripts/lint']) {
    cpSync(join(ROOT, path), join(workspace, path), { recursive: true })
  }
  for (const [, file, content] of [...FORBIDDEN, ...ALLOWED]) {
    mkdirSync(dirname(join(workspace, file)), { recursive: true })
    writeFileSync(join(workspace, file), `${content}\n`)
  }
  complaints = await lint(workspace)
}, 60_000)
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

async function lint(folder: string): Promise<Map<string, string[]>> {
  const biome = join(ROOT, 'node_modules/.bin/biome')
  const report = await new Promise<string>(resolve => {
    // It exits with 1 when it finds something: that is what is wanted here.
    execFile(biome, ['lint', '--reporter=json', '--max-diagnostics=none'], { cwd: folder }, (_error, out) =>
      resolve(out),
    )
  })
  const byFile = new Map<string, string[]>()
  const { diagnostics } = JSON.parse(report)
  for (const { location, category } of diagnostics) {
    byFile.set(location.path, [...(byFile.get(location.path) ?? []), category])
  }
  return byFile
}

describe('npm run check', () => {
  it.each(FORBIDDEN)('fails for %s', (_what, file, content) => {
    const rule = /@terrace|\.\//.test(content) ? 'lint/style/noRestrictedImports' : 'plugin'

    expect(complaints.get(file)).toContain(rule)
  })

  it.each(ALLOWED)('allows %s', (_what, file) => {
    expect(complaints.get(file) ?? []).toEqual([])
  })
})
