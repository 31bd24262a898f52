import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'terrace-thread-'))
const caches = join(folder, 'caches')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// In a process of its own: a compile cache can't be taken away again from this one.
const script = (enable: string) => `
  import { enableCompileCache } from 'node:module'
  ${enable}
  const { startThread } = await import(${JSON.stringify(new URL('./thread.ts', import.meta.url).href)})
  startThread(new URL(${JSON.stringify(new URL('./testing/entry.ts', import.meta.url).href)}))
    .on('message', said => console.log(said))`

const said = async (enable: string) => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const file = join(folder, 'process.mjs')
  writeFileSync(file, script(enable))
  return (await promisify(execFile)(process.execPath, [file], { env })).stdout.trim()
}

test('a thread reads and fills the compile cache of its process', async () => {
  const cache = await said(`enableCompileCache(${JSON.stringify(caches)})`)
  expect(readdirSync(caches).map(name => join(caches, name))).toEqual([cache])
})

test('a thread of a process without a compile cache has none', async () => {
  expect(await said('')).toBe('none')
})
