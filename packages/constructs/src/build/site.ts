import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashOf } from './hash.ts'
import { writeWhole } from './write-whole.ts'

export interface SiteProps {
  /** Folder with the site's `vite.config.ts` and `index.html`. */
  readonly directory: string
  /** Replaced by the built site. */
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
export async function buildSite(props: SiteProps): Promise<string> {
  const { directory, outDir } = props
  const record = `${outDir}.inputs`
  const inputs = hashOf([directory, ...props.inputs])
  if (existsSync(outDir) && read(record) === inputs) return outDir
  // Beside its place, so that a build that fails or is interrupted leaves the last good one.
  const fresh = `${outDir}.${process.pid}`
  await run(directory, [viteOf(directory), 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'])
  rmSync(outDir, { recursive: true, force: true })
  renameSync(fresh, outDir)
  writeWhole(record, inputs)
  return outDir
}

const read = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

function viteOf(directory: string): string {
  const manifest = createRequire(pathToFileURL(join(directory, 'index.html'))).resolve('vite/package.json')
  return join(dirname(manifest), 'bin/vite.js')
}

function run(directory: string, command: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: directory,
      // What is shipped must not depend on the shell that synthesizes: Vite takes its mode from here.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', text => {
        said += text
      })
    }
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve()
      else reject(new Error(`the site in ${directory} does not build: ${said.trim()}`))
    })
  })
}
