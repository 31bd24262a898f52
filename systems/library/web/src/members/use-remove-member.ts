import { useCallback } from 'react'
import { useServices } from '../api/services.ts'
import type { Member } from '../api/types.ts'
import { text } from '../text.ts'

/** Removes a member, who can be brought back for ten seconds. */
export function useRemoveMember() {
  const { api, removals } = useServices()
  return useCallback(
    (member: Member) =>
      removals.remove({
        key: `member-${member.id}`,
        done: text.memberRemoved(member.name),
        failed: text.memberNotRemoved(member.name),
        send: () => api.removeMember(member.id),
      }),
    [api, removals],
  )
}
