import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

export interface NodeAppProps {
  /** The TypeScript or JavaScript file that the program starts with. */
  readonly entry: string
  /** Copied beside the bundle as `Dockerfile`; it installs what is `external`. */
  readonly dockerfile: string
  /** Emptied and filled: the build context. */
  readonly outDir: string
  /** Packages that are not bundled, such as those with native code. Default `better-sqlite3`. */
  readonly external?: readonly string[]
}

/**
 * Bundles a Node program into one `main.js` (ES module, Node 24) with its source map, a `package.json` and its
 * Dockerfile. The same input gives the same bytes, so that the image's hash changes only with the program.
 *
 * @returns the build context, `outDir`
 * @throws esbuild's error, with file and line, when the program does not build
 */
export function bundleNodeApp(props: NodeAppProps): string {
  rmSync(props.outDir, { recursive: true, force: true })
  mkdirSync(props.outDir, { recursive: true })
  buildSync({
    entryPoints: [props.entry],
    outfile: join(props.outDir, 'main.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that are CommonJS still call `require` for Node's own modules.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
    external: [...(props.external ?? ['better-sqlite3'])],
    sourcemap: 'linked',
    logLevel: 'warning',
  })
  writeFileSync(join(props.outDir, 'package.json'), '{"type":"module","private":true}\n')
  copyFileSync(props.dockerfile, join(props.outDir, 'Dockerfile'))
  return props.outDir
}
