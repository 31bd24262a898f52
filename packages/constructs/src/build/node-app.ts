import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { writeWhole } from './write-whole.ts'

export interface NodeAppProps {
  /** The TypeScript or JavaScript file that the program starts with. */
  readonly entry: string
  /** Copied beside the bundle as `Dockerfile`; it installs what is `external`. */
  readonly dockerfile: string
  /** Filled: the build context. What else was in it is removed. */
  readonly outDir: string
  /** Copied beside the bundle as they are: what the program reads with a URL relative to its own module. */
  readonly files?: readonly string[]
  /** Packages that are not bundled, such as those with native code. Default `better-sqlite3`. */
  readonly external?: readonly string[]
}

/**
 * Bundles a Node program into one `main.js` (ES module, Node 24) with its source map, a `package.json` and its
 * Dockerfile. The same input gives the same bytes, so that the image's hash changes only with the program; several may
 * bundle the same program at once.
 *
 * @returns the build context, `outDir`
 * @throws esbuild's error, with file and line, when the program does not build
 */
export async function bundleNodeApp(props: NodeAppProps): Promise<string> {
  const { outDir } = props
  const { outputFiles } = await build({
    entryPoints: [props.entry],
    outfile: join(outDir, 'main.js'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: REQUIRE },
    external: [...(props.external ?? ['better-sqlite3'])],
    sourcemap: 'linked',
    logLevel: 'silent',
  })
  const files = new Map<string, string | Uint8Array>([
    ...outputFiles.map(({ path, contents }): [string, Uint8Array] => [basename(path), contents]),
    ['package.json', '{"type":"module","private":true}\n'],
    ['Dockerfile', readFileSync(props.dockerfile)],
    ...(props.files ?? []).map((path): [string, Uint8Array] => [basename(path), readFileSync(path)]),
  ])
  mkdirSync(outDir, { recursive: true })
  for (const [name, content] of files) writeWhole(join(outDir, name), content)
  for (const name of readdirSync(outDir)) {
    if (!files.has(name)) rmSync(join(outDir, name), { recursive: true, force: true })
  }
  return outDir
}

/** Packages inside that are CommonJS still call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; " +
  'const require = createRequireOfBundle(import.meta.url);'
