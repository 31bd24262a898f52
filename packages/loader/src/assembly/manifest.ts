import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile } from './read-json-file.ts'

const Artifact = z.object({
  type: z.string(),
  environment: z.string().optional(),
  displayName: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
})

const Manifest = z.object({ version: z.string(), artifacts: z.record(z.string(), Artifact).default({}) })

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** One stack of an assembly. */
export interface StackArtifact {
  readonly id: string
  readonly name: string
  /** Path in the construct tree. */
  readonly constructPath: string
  readonly templateFile: string
  /** Nothing when the stack may go to any account or region. */
  readonly account?: string
  readonly region?: string
  /** Ids of stacks that are deployed before. */
  readonly dependencies: readonly string[]
}

/** What a manifest lists, stages included. */
export interface ManifestContent {
  readonly stacks: readonly StackArtifact[]
  /** Absolute paths, each with the directory that its own paths start from. */
  readonly assetManifests: readonly { readonly file: string; readonly directory: string }[]
}

/**
 * Reads `manifest.json` of a cloud assembly, and those of the stages in it.
 *
 * @throws TerraceError LOAD_BAD_ASSEMBLY
 * @see "Cloud assembly" in the AWS CDK Developer Guide
 */
export async function readManifest(directory: string): Promise<ManifestContent> {
  const { artifacts } = await readJsonFile(join(directory, 'manifest.json'), Manifest)
  const stacks: StackArtifact[] = []
  const assetManifests: { file: string; directory: string }[] = []
  for (const [id, { type, environment, displayName, dependencies, properties = {} }] of Object.entries(artifacts)) {
    const file = text(properties.templateFile) ?? text(properties.file) ?? text(properties.directoryName)
    if (file === undefined) continue
    if (type === 'aws:cloudformation:stack') {
      stacks.push({
        id,
        name: text(properties.stackName) ?? id,
        constructPath: displayName?.split(' ')[0] ?? id,
        templateFile: join(directory, file),
        dependencies: dependencies ?? [],
        ...environmentOf(environment),
      })
    } else if (type === 'cdk:asset-manifest') {
      assetManifests.push({ file: join(directory, file), directory })
    } else if (type === 'cdk:cloud-assembly') {
      const stage = await readManifest(join(directory, file))
      stacks.push(...stage.stacks)
      assetManifests.push(...stage.assetManifests)
    }
  }
  return { stacks, assetManifests }
}

// `aws://123456789012/us-east-1`, with `unknown-account` and `unknown-region` for stacks that may go anywhere.
function environmentOf(environment: string | undefined): Pick<StackArtifact, 'account' | 'region'> {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment ?? '') ?? []
  return {
    ...(account === '' || account === 'unknown-account' ? {} : { account }),
    ...(region === '' || region === 'unknown-region' ? {} : { region }),
  }
}
