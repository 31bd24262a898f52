import type { ArchitectureNode, Dependency, NodeId } from '@terrace/model'
import type { ResolvedResource } from '../stack/resolved-resource.ts'

/**
 * What each node needs before it. A resource that is folded into others is no node: who needs it needs what it needs.
 */
export function dependenciesOf(
  nodes: readonly ArchitectureNode[],
  resources: readonly ResolvedResource[],
): readonly Dependency[] {
  const nodeIds = new Set(nodes.map(({ id }) => id))
  const needs = new Map(resources.map(resource => [resource.id, resource.needs]))
  const known = new Map<NodeId, readonly NodeId[]>()
  const nodesBehind = (id: NodeId): readonly NodeId[] => {
    if (nodeIds.has(id)) return [id]
    const earlier = known.get(id)
    if (earlier) return earlier
    const behind = [...new Set((needs.get(id) ?? []).flatMap(nodesBehind))]
    known.set(id, behind)
    return behind
  }
  return nodes.flatMap(({ id }) => {
    const needed = new Set((needs.get(id) ?? []).flatMap(nodesBehind))
    needed.delete(id)
    return [...needed].map(to => ({ from: id, to }))
  })
}
