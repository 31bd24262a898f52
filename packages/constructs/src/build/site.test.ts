import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildSite } from './site.ts'

// Inside the workspace, since a site resolves its own Vite from where it stands.
const workspace = join(import.meta.dirname, '../../../../.build')
mkdirSync(workspace, { recursive: true })
const folder = mkdtempSync(join(workspace, 'site-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

function site(name: string, script: string) {
  const directory = join(folder, name)
  mkdirSync(directory)
  writeFileSync(join(directory, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>\n')
  writeFileSync(join(directory, 'main.js'), script)
  const shared = join(folder, `${name}-shared.txt`)
  writeFileSync(shared, 'one')
  return { directory, shared, props: { directory, inputs: [shared], outDir: join(folder, `${name}-out`) } }
}

describe('building a site', () => {
  it('runs its Vite, once for the same inputs and again when one of them changes', async () => {
    const { props, shared } = site('good', 'document.title = "books"\n')
    expect(await buildSite(props)).toBe(props.outDir)
    const [asset] = readdirSync(join(props.outDir, 'assets'))
    expect(asset).toMatch(/^index-[\w-]{8}\.js$/)
    expect(readFileSync(join(props.outDir, 'assets', asset ?? ''), 'utf8')).toContain('books')

    const builtAt = () => statSync(join(props.outDir, 'index.html')).mtimeMs
    const first = builtAt()
    await buildSite(props)
    expect(builtAt()).toBe(first)
    writeFileSync(shared, 'two')
    await buildSite(props)
    expect(builtAt()).toBeGreaterThan(first)
  })

  it('builds for production, whatever NODE_ENV says', async () => {
    expect(process.env.NODE_ENV).toBe('test')
    const { props } = site('shipped', 'document.title = import.meta.env.PROD ? "shipped" : "workshop"\n')
    await buildSite(props)
    const [asset] = readdirSync(join(props.outDir, 'assets'))
    expect(readFileSync(join(props.outDir, 'assets', asset ?? ''), 'utf8')).toContain('shipped')
  })

  it("throws with Vite's own words when the site does not build, and builds again the next time", async () => {
    const { props, directory } = site('bad', 'import "./missing.js"\n')
    await expect(buildSite(props)).rejects.toThrow(/the site in .*bad does not build: [\s\S]*missing\.js/)
    writeFileSync(join(directory, 'missing.js'), 'export {}\n')
    expect(await buildSite(props)).toBe(props.outDir)
  })
})
