import { TerraceError } from '@terrace/kit'
import type { Architecture, ArchitectureNode, NodeKind, NodeOf } from './architecture.ts'
import type { Subnet } from './network.ts'
import type { NodeId } from './node.ts'

/** All nodes of a kind, in the template's order. */
export function nodesOf<K extends NodeKind>(architecture: Architecture, kind: K): readonly NodeOf<K>[] {
  return architecture.nodes.filter((node): node is NodeOf<K> => node.kind === kind)
}

/** The node with that id and kind, or nothing. */
export function findNode<K extends NodeKind>(architecture: Architecture, id: NodeId, kind: K): NodeOf<K> | undefined {
  return nodesOf(architecture, kind).find(node => node.id === id)
}

/** @throws TerraceError MODEL_NO_SUCH_NODE, blame internal: the loader lets no reference through that leads nowhere */
export function getNode<K extends NodeKind>(architecture: Architecture, id: NodeId, kind: K): NodeOf<K> {
  const node = findNode(architecture, id, kind)
  if (node) return node
  throw new TerraceError('MODEL_NO_SUCH_NODE', `the model has no ${kind} ${id}`, { blame: 'internal' })
}

/** The subnets with these ids, in that order. */
export const subnetsOf = (architecture: Architecture, ids: readonly NodeId[]): readonly Subnet[] =>
  ids.map(id => getNode(architecture, id, 'subnet'))

/**
 * The nodes such that each comes after everything it depends on; among those that are free the template's order stays.
 * The loader refuses cycles, so that every node is in the answer.
 */
export function inDependencyOrder(architecture: Architecture): readonly ArchitectureNode[] {
  const needs = new Map<NodeId, NodeId[]>()
  for (const { from, to } of architecture.dependencies) needs.set(from, [...(needs.get(from) ?? []), to])
  const byId = new Map(architecture.nodes.map(node => [node.id, node]))
  const ordered = new Set<ArchitectureNode>()
  const visit = (node: ArchitectureNode) => {
    if (ordered.has(node)) return
    for (const id of needs.get(node.id) ?? []) {
      const needed = byId.get(id)
      if (needed) visit(needed)
    }
    ordered.add(node)
  }
  for (const node of architecture.nodes) visit(node)
  return [...ordered]
}

/** Levels of a construct path that say nothing to people. */
const PLUMBING = new Set(['ASG', 'Default', 'Resource'])

/** A name for people: the `Name` tag, else the path in the CDK tree below the stack, else the logical id. */
export function displayName(node: ArchitectureNode): string {
  const { constructPath, logicalId } = node.origin
  if (node.tags.Name) return node.tags.Name
  const levels = constructPath?.split('/').slice(1) ?? []
  return levels.filter(level => !PLUMBING.has(level)).join('/') || logicalId
}
