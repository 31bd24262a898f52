import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleNodeApp } from '@terrace/constructs/build'
import { SUBJECT_MODEL } from './segmentation/likelihood/network.ts'

/** Packages with native code or WebAssembly: the Dockerfile installs them beside the bundle. */
export const EXTERNAL = ['sharp', '@techstark/opencv-js', 'onnxruntime-web']

/** Makes the image's build context. */
export const bundleCutout = async (outDir: string): Promise<string> =>
  bundleNodeApp({
    entry: fileURLToPath(new URL('main.ts', import.meta.url)),
    dockerfile: fileURLToPath(new URL('Dockerfile', import.meta.url)),
    outDir,
    files: [fileURLToPath(SUBJECT_MODEL)],
    external: EXTERNAL,
  })

// `node systems/quiz/cutout/bundle.ts [folder]`, for measuring.
if (import.meta.main) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url))
  console.log(await bundleCutout(resolve(folder)))
}
