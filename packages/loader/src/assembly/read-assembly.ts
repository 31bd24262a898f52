import { join } from 'node:path'
import { loadError } from '../errors.ts'
import { readTemplate } from '../read/read-template.ts'
import type { StackSource } from '../stack/evaluate-stacks.ts'
import { sectionsOf } from '../template/sections.ts'
import { type AssetIndex, joinAssets } from './asset-index.ts'
import { readAssets } from './assets.ts'
import { readConstructPaths } from './construct-paths.ts'
import { readManifest, type StackArtifact } from './manifest.ts'

/**
 * Reads a cloud assembly: its stacks, stages included, and its assets.
 *
 * @throws TerraceError LOAD_BAD_ASSEMBLY, and whatever is wrong in a template's outer shape
 */
export async function readAssembly(
  directory: string,
): Promise<{ readonly sources: readonly StackSource[]; readonly assets: AssetIndex }> {
  const { stacks, assetManifests } = await readManifest(directory)
  const [first] = stacks
  if (!first) {
    const place = { file: join(directory, 'manifest.json'), line: 1 }
    throw loadError('LOAD_BAD_ASSEMBLY', 'the cloud assembly has no stack', place)
  }
  const nameOf = new Map(stacks.map(({ id, name }) => [id, name]))
  const [paths, sources, assets] = await Promise.all([
    readConstructPaths(directory),
    Promise.all(stacks.map(stack => readStack(stack, nameOf))),
    Promise.all(assetManifests.map(manifest => readAssets(manifest.file, manifest.directory))),
  ])
  return {
    sources: sources.map((source, index) => ({ ...source, constructPaths: paths(stacks[index]?.constructPath ?? '') })),
    assets: joinAssets(assets),
  }
}

async function readStack(stack: StackArtifact, nameOf: ReadonlyMap<string, string>): Promise<StackSource> {
  const { name, templateFile, dependencies, account, region } = stack
  const template = sectionsOf(await readTemplate(templateFile), templateFile)
  return {
    name,
    template,
    constructPaths: new Map(),
    dependencies: dependencies.flatMap(id => nameOf.get(id) ?? []),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  }
}
