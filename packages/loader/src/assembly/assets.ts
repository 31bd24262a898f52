import { resolve } from 'node:path'
import { z } from 'zod'
import { readDockerfile } from '../dockerfile/read-dockerfile.ts'
import type { AssetIndex, DirectoryImage } from './asset-index.ts'
import { readJsonFile } from './read-json-file.ts'

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z
    .record(
      z.string(),
      z.object({
        source: z.object({
          directory: z.string().optional(),
          dockerFile: z.string().optional(),
          dockerBuildTarget: z.string().optional(),
          dockerBuildArgs: z.record(z.string(), z.string()).optional(),
        }),
        destinations: z.record(z.string(), z.object({ imageTag: z.string() })),
      }),
    )
    .default({}),
})

/**
 * Reads an asset manifest: which directory or file is uploaded under which key, and which image is built from where.
 *
 * @param directory  where the manifest's paths start
 * @throws TerraceError LOAD_BAD_ASSEMBLY
 */
export async function readAssets(file: string, directory: string): Promise<AssetIndex> {
  const { files, dockerImages } = await readJsonFile(file, AssetManifest)
  const paths = new Map<string, string>()
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue
    for (const { objectKey } of Object.values(destinations)) paths.set(objectKey, resolve(directory, source.path))
  }
  const images = new Map<string, DirectoryImage>()
  for (const { source, destinations } of Object.values(dockerImages)) {
    if (source.directory === undefined) continue
    const image = await readDockerfile(resolve(directory, source.directory), {
      file: source.dockerFile ?? 'Dockerfile',
      ...(source.dockerBuildTarget === undefined ? {} : { target: source.dockerBuildTarget }),
      arguments: source.dockerBuildArgs ?? {},
    })
    for (const { imageTag } of Object.values(destinations)) images.set(imageTag, image)
  }
  return { file: objectKey => paths.get(objectKey), image: uri => images.get(uri.slice(uri.lastIndexOf(':') + 1)) }
}
