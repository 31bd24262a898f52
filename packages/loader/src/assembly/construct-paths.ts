import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile } from './read-json-file.ts'

interface TreeNode {
  readonly path: string
  readonly attributes?: { readonly 'aws:cdk:cloudformation:logicalId'?: string | undefined } | undefined
  readonly children?: Readonly<Record<string, TreeNode>> | undefined
}

const Tree = z.object({ tree: z.unknown() })

/** Path in the construct tree by logical id, for one stack. */
export type ConstructPaths = (stackPath: string) => ReadonlyMap<string, string>

/**
 * Reads `tree.json`, in which CDK keeps which construct made which resource.
 *
 * @returns no paths when the assembly has no tree: they are for people, nothing depends on them
 * @throws TerraceError LOAD_BAD_ASSEMBLY when the file is there but no JSON
 */
export async function readConstructPaths(directory: string): Promise<ConstructPaths> {
  const file = join(directory, 'tree.json')
  if (!existsSync(file)) return () => new Map()
  const { tree } = await readJsonFile(file, Tree)
  const found: { path: string; logicalId: string }[] = []
  if (isTreeNode(tree)) collect(tree, found)
  return stackPath => {
    const own = found.filter(({ path }) => path.startsWith(`${stackPath}/`))
    return new Map(own.map(({ path, logicalId }) => [logicalId, path]))
  }
}

function collect(node: TreeNode, found: { path: string; logicalId: string }[]): void {
  const logicalId = node.attributes?.['aws:cdk:cloudformation:logicalId']
  if (typeof logicalId === 'string') found.push({ path: node.path, logicalId })
  for (const child of Object.values(node.children ?? {})) collect(child, found)
}

const isTreeNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string'
