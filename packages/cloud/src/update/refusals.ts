import type { NodeKind } from '@terrace/model'
import type { NodeChange, NodeUpdate, NodeUpdates } from './node-update.ts'

/** A service's part in updates. */
export interface Updatable {
  readonly name: string
  readonly updates?: NodeUpdates | undefined
}

/** Who changes nodes of a kind in place; nothing when nobody does. */
export function updateOf<K extends NodeKind>(services: readonly Updatable[], kind: K): NodeUpdate<K> | undefined {
  for (const { updates } of services) {
    const found = updates?.[kind]
    if (found) return found
  }
  return undefined
}

/** Why changes can't be made while the system runs, one sentence for each that can't; empty when all can. */
export function refusals(
  changes: readonly NodeChange[],
  services: readonly Updatable[],
  isEmulated: (kind: NodeKind) => boolean,
): readonly string[] {
  return changes.flatMap(change => {
    // What does not run here can't be disturbed.
    if (!isEmulated(change.kind)) return []
    const update = updateOf(services, change.kind)
    const because = update ? update.refuses?.(change) : `it cannot be ${verb(change)} while the system runs`
    if (because === undefined) return []
    const { logicalId, type } = (change.after ?? change.before)?.origin ?? { logicalId: change.id, type: change.kind }
    return [`${logicalId} (${type}): ${because}`]
  })
}

const verb = ({ before, after }: NodeChange) => (!before ? 'added' : after ? 'changed' : 'removed')
