import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support.ts'
import { bundleNodeApp } from './node-app.ts'

function program(source: string) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'main.ts'), source)
  writeFileSync(join(folder, 'old.cjs'), "module.exports = require('node:path').sep\n")
  writeFileSync(join(folder, 'Dockerfile'), 'FROM node:24-slim\n')
  const outDir = join(folder, 'out')
  return { outDir, entry: join(folder, 'main.ts'), dockerfile: join(folder, 'Dockerfile') }
}

describe('bundling a Node program', () => {
  it('makes a build context whose main.js runs, also with CommonJS packages inside', async () => {
    const app = program(
      "import separator from './old.cjs'\nconst text: string = 'separator ' + separator\nconsole.log(text)\n",
    )
    expect(await bundleNodeApp(app)).toBe(app.outDir)
    expect(readdirSync(app.outDir).sort()).toEqual(['Dockerfile', 'main.js', 'main.js.map', 'package.json'])
    const run = spawnSync(process.execPath, ['main.js'], { cwd: app.outDir, encoding: 'utf8' })
    expect(run).toMatchObject({ stdout: 'separator /\n', status: 0 })
  })

  it('copies files that the program reads beside it', async () => {
    const read = "readFileSync(new URL('./words.txt', import.meta.url), 'utf8')"
    const app = program(`import { readFileSync } from 'node:fs'\nconsole.log(${read})\n`)
    const words = join(temporaryFolder(), 'words.txt')
    writeFileSync(words, 'from a file')
    await bundleNodeApp({ ...app, files: [words] })
    const run = spawnSync(process.execPath, ['main.js'], { cwd: app.outDir, encoding: 'utf8' })
    expect(run).toMatchObject({ stdout: 'from a file\n', status: 0 })
  })

  it('leaves native packages out, to be installed by the Dockerfile', async () => {
    const app = program("export const open = () => import('better-sqlite3')\n")
    await bundleNodeApp(app)
    expect(readFileSync(join(app.outDir, 'main.js'), 'utf8')).toContain('import("better-sqlite3")')
  })

  it('makes the same bytes from the same program, and clears away what was there', async () => {
    const app = program('console.log(1)\n')
    await bundleNodeApp(app)
    const first = readFileSync(join(app.outDir, 'main.js'))
    writeFileSync(join(app.outDir, 'stale.js'), '')
    await bundleNodeApp(app)
    expect(readFileSync(join(app.outDir, 'main.js'))).toEqual(first)
    expect(readdirSync(app.outDir)).not.toContain('stale.js')
  })

  it('may run several times at once', async () => {
    const app = program('console.log(1)\n')
    await Promise.all([bundleNodeApp(app), bundleNodeApp(app), bundleNodeApp(app)])
    expect(readdirSync(app.outDir)).toHaveLength(4)
  })

  it('throws with file and line when the program does not build', async () => {
    const app = program('const = 1\n')
    await expect(bundleNodeApp(app)).rejects.toThrow(/main\.ts:1:6: ERROR/)
  })
})
