import { type Architecture, type ArchitectureNode, inDependencyOrder, nodesOf } from '@terrace/model'
import { isSame, type NodeChange } from './node-update.ts'

/**
 * What differs between two architectures, node by node: added and changed ones in the order of the new one's
 * dependencies, then removed ones, what depends on others first.
 */
export function nodeChanges(before: Architecture, after: Architecture): readonly NodeChange[] {
  const old = new Map(before.nodes.map(node => [node.id, node]))
  const wanted = new Map(after.nodes.map(node => [node.id, node]))
  const isTouched = touchedServices(before, after)
  const changed = inDependencyOrder(after).flatMap((node): NodeChange | [] => {
    const known = old.get(node.id)
    if (known && known.kind !== node.kind) return changeOf(undefined, node)
    return known && says(known) === says(node) && !isTouched(node) ? [] : changeOf(known, node)
  })
  const removed = inDependencyOrder(before)
    .toReversed()
    .filter(({ id, kind }) => wanted.get(id)?.kind !== kind)
    .map(node => changeOf(node, undefined))
  return [...changed, ...removed]
}

/** The other way round. */
export const inverse = ({ before, after }: NodeChange): NodeChange => changeOf(after, before)

// Both sides are nodes of one kind.
const changeOf = (before: ArchitectureNode | undefined, after: ArchitectureNode | undefined): NodeChange => {
  const node = after ?? before
  if (!node) throw new TypeError('a change has two sides, and one of them is there')
  return { id: node.id, kind: node.kind, ...(before ? { before } : {}), ...(after ? { after } : {}) }
}

/** All but where it is written. */
const says = ({ origin: { place: _, ...origin }, ...node }: ArchitectureNode): string =>
  JSON.stringify({ ...node, origin })

/**
 * A revision of a task definition never changes: a changed one is a new revision, with an ARN that the services which
 * name it are told. Here all revisions of a template have one name, so that the services would look unchanged.
 */
function touchedServices(before: Architecture, after: Architecture): (node: ArchitectureNode) => boolean {
  const old = new Map(nodesOf(before, 'taskDefinition').map(node => [node.id, node]))
  const touched = new Set(
    nodesOf(after, 'taskDefinition').flatMap(node => {
      const known = old.get(node.id)
      return known && !isSame({ ...known, origin: {} }, { ...node, origin: {} }) ? [node.id] : []
    }),
  )
  return node => node.kind === 'ecsService' && touched.has(node.taskDefinition)
}
