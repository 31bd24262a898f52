import type { NodeId, NodeKind, NodeOf } from '@terrace/model'

/** A node in which the running architecture and the wanted one differ: added, changed or removed. */
export interface NodeChange<K extends NodeKind = NodeKind> {
  readonly id: NodeId
  readonly kind: K
  /** Absent: it is added. */
  readonly before?: NodeOf<K>
  /** Absent: it is removed. */
  readonly after?: NodeOf<K>
}

/** How a service takes changes of one kind of node while the system runs. */
export interface NodeUpdate<K extends NodeKind> {
  /** Why a change can't be made in place, as a clause; nothing when it can. Asked before anything happens. */
  refuses?(change: NodeChange<K>): string | undefined
  /**
   * Makes it, and resolves when it is in effect; the world's architecture is the new one by then. A rollback calls it
   * again with the two sides exchanged, also after it has failed half-way.
   */
  apply(change: NodeChange<K>, signal: AbortSignal): Promise<void>
}

/** What a running service changes in place, by kind of node; changes of all other kinds refuse the whole update. */
export type NodeUpdates = { readonly [K in NodeKind]?: NodeUpdate<K> }

/** For a kind whose nodes are looked up whenever they are needed: a change is in effect with the new architecture. */
export const LOOKED_UP = { apply: async (): Promise<void> => {} }

/** For a kind of which only some members can change. @returns the names of the others that differ, for `refuses` */
export function differingOutside<K extends NodeKind>(
  { before, after }: NodeChange<K>,
  changeable: readonly (keyof NodeOf<K>)[],
): readonly string[] {
  if (!before || !after) return []
  const ignored: ReadonlySet<unknown> = new Set([...changeable, 'origin', 'tags'])
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const [old, wanted]: [object, object] = [before, after]
  return [...names].filter(name => !ignored.has(name) && !isSame(Reflect.get(old, name), Reflect.get(wanted, name)))
}

/** Whether two values of a model say the same: both come from a loader, which writes members in the same order. */
export const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
