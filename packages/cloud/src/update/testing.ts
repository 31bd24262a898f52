import type { ArchitectureNode, NodeId } from '@terrace/model'
import type { TestCloud } from '../gateway/testing.ts'
import type { UpdateOutcome } from './updater.ts'

/** For tests: what runs, with these nodes added or in the place of those with the same id. @param without  what goes */
export const nodesWith = (
  { world }: Pick<TestCloud, 'world'>,
  nodes: readonly ArchitectureNode[],
  without: readonly NodeId[] = [],
): readonly ArchitectureNode[] => {
  const ids = new Set([...nodes.map(({ id }) => id), ...without])
  return [...world.architecture.nodes.filter(({ id }) => !ids.has(id)), ...nodes]
}

/** For tests: updates what runs by these nodes. */
export const update = (
  cloud: Pick<TestCloud, 'update' | 'world'>,
  nodes: readonly ArchitectureNode[],
  without: readonly NodeId[] = [],
): Promise<UpdateOutcome> => cloud.update(nodesWith(cloud, nodes, without))

/** For tests: how an update ends in which all went well. */
export const COMPLETE: UpdateOutcome = { status: 'UPDATE_COMPLETE' }
