import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stopChild, terrace } from '../running.ts'

const TERRACE = fileURLToPath(new URL('../../packages/cli/bin/terrace.js', import.meta.url))
const ASSEMBLY = fileURLToPath(new URL('../../.terrace/items/assembly', import.meta.url))

/** Requests of one address in five minutes that the web ACL lets pass: all of these are from one. */
const CONTEXT = ['--context', 'rate=10000000']

/** A copy of the items' template, which runs, is changed, and is brought in by `terrace up`. */
export interface ItemsProject {
  /** Changes the text of the template as it was first, and updates the system. @returns the exit code: 1 when it was rolled back */
  update(change: (template: string) => string): Promise<number>
  stop(): Promise<void>
}

/** Starts the items from a copy. @param more  options of `terrace up` */
export async function startProject(port: number, more: readonly string[]): Promise<ItemsProject> {
  await terrace('synth', 'items', ...CONTEXT)
  const folder = mkdtempSync(join(tmpdir(), 'terrace-rollout-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  cpSync(ASSEMBLY, join(folder, 'items'), { recursive: true })
  const file = join(folder, 'items', 'items.template.json')
  const original = readFileSync(file, 'utf8')
  const up = (...words: readonly string[]) =>
    spawn(process.execPath, [TERRACE, 'up', 'items', '--json', ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  const child = up('--port', String(port), ...more)
  await once(createInterface(child.stdout), 'line')
  return {
    async update(change) {
      const changed = change(original)
      if (changed === original) throw new Error('the template is not changed by that')
      writeFileSync(file, changed)
      const updating = up()
      updating.stdout.resume()
      const [code] = await once(updating, 'close')
      return Number(code)
    },
    async stop() {
      await stopChild(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
