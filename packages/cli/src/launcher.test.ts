import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from './testing/project.ts'

const LAUNCHER = join(import.meta.dirname, '../bin')

let project: TestProject
beforeEach(() => {
  project = makeProject()
  project.write('package.json', { type: 'module' })
  // Any Node that says it is an old one is one, as far as the launcher can tell.
  project.write('pretend.cjs', `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`)
  mkdirSync(join(project.root, 'packages/cli/bin'), { recursive: true })
  cpSync(LAUNCHER, join(project.root, 'packages/cli/bin'), { recursive: true })
  project.write(
    'packages/cli/src/main.ts',
    `export const main = async (): Promise<void> => {
  console.log(JSON.stringify({ words: process.argv.slice(2), handedOver: process.env.TERRACE_HANDED_OVER }))
  process.exit(Number(process.argv[2] ?? 0))
}
`,
  )
})
afterEach(() => project.remove())

function launch(
  words: readonly string[],
  { old, environment = {} }: { old: boolean; environment?: Record<string, string> },
): Promise<{ code: unknown; out: string; err: string }> {
  const pretend = old ? ['--require', join(project.root, 'pretend.cjs')] : []
  const launcher = join(project.root, 'packages/cli/bin/terrace.js')
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [...pretend, launcher, ...words],
      { env: { PATH: process.env.PATH, ...environment } },
      (error, out, err) => resolve({ code: error?.code ?? 0, out, err }),
    )
  })
}

const installNode = () => {
  mkdirSync(join(project.root, 'node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, join(project.root, 'node_modules/.bin/node'))
}

describe('the launcher', () => {
  it('runs the command right away on a Node that is new enough', async () => {
    const { code, out } = await launch(['3', '--json'], { old: false })

    expect(code).toBe(3)
    expect(JSON.parse(out)).toEqual({ words: ['3', '--json'] })
  })

  it('hands over to the Node that npm installed when it is started with an older one', async () => {
    installNode()

    const { code, out } = await launch(['5', 'a b'], { old: true })

    expect(code).toBe(5)
    expect(JSON.parse(out)).toEqual({ words: ['5', 'a b'], handedOver: '1' })
  })

  it('says what to do when there is no newer Node', async () => {
    const { code, err } = await launch([], { old: true })

    expect(code).toBe(2)
    expect(err).toContain('needs Node 24')
    expect(err).toContain('npm ci')
  })

  it('does not hand over for ever when the Node found is an old one as well', async () => {
    installNode()

    const { code, err } = await launch([], { old: true, environment: { TERRACE_HANDED_OVER: '1' } })

    expect(code).toBe(2)
    expect(err).toContain('needs Node 24')
  })
})
