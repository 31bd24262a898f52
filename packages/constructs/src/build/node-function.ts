import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { writeWhole } from './write-whole.ts'

export interface NodeFunctionProps {
  /** The TypeScript file that exports `handler`. */
  readonly entry: string
  /** Filled: the code of the function. What else was in it is removed. */
  readonly outDir: string
}

/** Where the handler is in what {@link bundleNodeFunction} makes. */
export const FUNCTION_HANDLER = 'main.handler'

/**
 * Bundles a function of Lambda into one `main.mjs` for Node 24, with the parts of the AWS SDK that it uses: the one that
 * Lambda brings changes without a deployment. The same input gives the same bytes.
 *
 * @returns the folder with the code, `outDir`
 * @throws esbuild's error, with file and line, when the function does not build
 */
export async function bundleNodeFunction({ entry, outDir }: NodeFunctionProps): Promise<string> {
  const {
    outputFiles: [file],
  } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'silent',
  })
  if (!file) throw new Error(`${entry} gave no code`)
  mkdirSync(outDir, { recursive: true })
  writeWhole(join(outDir, 'main.mjs'), file.contents)
  for (const name of readdirSync(outDir)) {
    if (name !== 'main.mjs') rmSync(join(outDir, name), { recursive: true, force: true })
  }
  return outDir
}
