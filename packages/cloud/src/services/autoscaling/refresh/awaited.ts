import type { Instant } from '@terrace/kit'
import type { GroupState } from '../group-state.ts'
import type { Member } from '../member.ts'
import { isReady, type TargetAttachments, warmAt } from '../target-attachments.ts'

/** What the next replacement waits for. */
export interface Awaited {
  /** In AWS's words, as `describe-instance-refreshes` shows them. */
  readonly reason: string
  /** When it is over by itself; absent: something has to happen. */
  readonly until?: Instant
}

/**
 * What a refresh waits for before it goes on: those that came warm up, are healthy and serve, and those that are to leave
 * have left. Nothing when it can go on.
 *
 * @param old  those that are replaced
 */
export function awaited(
  state: GroupState,
  attachments: TargetAttachments,
  old: ReadonlySet<Member>,
): Awaited | undefined {
  const now = state.world.clock.now()
  const fresh = state.active.filter(member => !old.has(member))
  const warming = fresh.find(member => member.state === 'InService' && warmAt(state, member) > now)
  if (warming) {
    const reason = `Waiting for instances to warm up before continuing. For example: ${warming.id} is warming up.`
    return { reason, until: warmAt(state, warming) }
  }
  const unready = fresh.find(member => !isReady(state, attachments, member, now))
  if (unready) return { reason: `${REMAINING} For example: ${unready.id} is not yet healthy.` }
  const leaving = [...state.members.values()].find(member => member.leaving && member.state === 'InService')
  if (leaving) return { reason: `${REMAINING} For example: ${leaving.id} is in service.` }
  return state.capacity < state.desired || state.starting > 0 ? { reason: REMAINING } : undefined
}

const REMAINING = 'Waiting for remaining instances to be available.'
