import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleNodeApp } from '@terrace/constructs/build'

/** Makes the image's build context: the same bundle that synthesis makes. */
export const bundleApi = async (outDir: string): Promise<string> =>
  bundleNodeApp({
    entry: fileURLToPath(new URL('main.ts', import.meta.url)),
    dockerfile: fileURLToPath(new URL('Dockerfile', import.meta.url)),
    outDir,
  })

// `node systems/items/api/bundle.ts [folder]`, for measuring.
if (import.meta.main) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url))
  console.log(await bundleApi(resolve(folder)))
}
