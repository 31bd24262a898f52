import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashOf } from './hash.ts'

export interface SiteProps {
  /** Folder with the site's `vite.config.ts` and `index.html`. */
  readonly directory: string
  /** Emptied and filled: the built site. */
  readonly outDir: string
  /** Files and folders that the build reads, beside `directory`: shared packages, the lockfile. */
  readonly inputs: readonly string[]
}

/**
 * Builds a site with its own Vite. When no input has changed since the last time, the result is still there and nothing
 * runs.
 *
 * @returns the built site, `outDir`
 * @throws with Vite's own words when the site does not build
 */
export function buildSite(props: SiteProps): string {
  const record = `${props.outDir}.inputs`
  const inputs = hashOf([props.directory, ...props.inputs])
  if (existsSync(join(props.outDir, 'index.html')) && read(record) === inputs) return props.outDir
  rmSync(record, { force: true })
  const built = spawnSync(
    process.execPath,
    [viteOf(props.directory), 'build', '--outDir', props.outDir, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: props.directory, encoding: 'utf8' },
  )
  if (built.status !== 0) {
    throw new Error(
      `the site in ${props.directory} does not build: ${built.stderr || built.stdout || built.error?.message}`,
    )
  }
  mkdirSync(dirname(record), { recursive: true })
  writeFileSync(record, inputs)
  return props.outDir
}

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

function viteOf(directory: string): string {
  const manifest = createRequire(pathToFileURL(join(directory, 'index.html'))).resolve('vite/package.json')
  return join(dirname(manifest), 'bin/vite.js')
}
