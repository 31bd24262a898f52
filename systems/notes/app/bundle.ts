import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundleNodeApp } from '@terrace/constructs/build'
import { buildAssets } from './assets/build.ts'

const here = import.meta.dirname
const workspace = join(here, '../../..')

/** What the image starts with, made because script and style have to be in it: `main.ts` builds them. */
const generated = join(workspace, '.build/notes-app')

/**
 * Makes the image's build context: the program in one file, its script and style for the browser in it.
 *
 * @param outDir  filled; what else was in it is removed
 * @returns `outDir`
 */
export async function bundleApp(outDir: string): Promise<string> {
  const source = `import { runService } from '@terrace/service'
import { notes } from '../../systems/notes/app/notes.ts'
await runService(notes(${JSON.stringify(await buildAssets())}))
`
  return bundleNodeApp({ entry: entryOf(source), dockerfile: join(here, 'Dockerfile'), outDir })
}

// Several may bundle at once: each sees a whole file.
function entryOf(source: string): string {
  const file = join(generated, 'main.ts')
  if (read(file) === source) return file
  mkdirSync(generated, { recursive: true })
  const partial = `${file}.${process.pid}`
  writeFileSync(partial, source)
  renameSync(partial, file)
  return file
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

// `node systems/notes/app/bundle.ts [folder]`, for measuring.
if (import.meta.main) console.log(await bundleApp(resolve(process.argv[2] ?? join(here, 'dist'))))
