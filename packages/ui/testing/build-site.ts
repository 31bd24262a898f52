import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const VITE = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')

/**
 * Builds a site as for production into a new temporary folder, which the caller removes. A process of its own: inside
 * a test run Vite would take the run's `NODE_ENV` and build for development.
 *
 * @param root  the folder with `vite.config.ts`
 * @returns the folder with the built site
 */
export async function buildIntoTemporaryFolder(root: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terrace-site-'))
  const { NODE_ENV: _, VITEST: __, ...env } = process.env
  await promisify(execFile)(process.execPath, [VITE, 'build', root, '--outDir', folder, '--emptyOutDir'], {
    cwd: root,
    env,
  })
  return folder
}
