import type { Capacity } from './capacity.ts'
import { causes } from './causes.ts'
import type { GroupState } from './group-state.ts'

/**
 * Replaces instances that have reached the group's maximum lifetime, the oldest first and one at a time: each leaves when
 * its successor is ready.
 * @see Amazon EC2 Auto Scaling User Guide, "Replace Auto Scaling instances based on maximum instance lifetime"
 */
export function replaceTooOld(state: GroupState, capacity: Capacity): void {
  const { maxInstanceLifetime } = state.definition
  if (maxInstanceLifetime === undefined || state.stopped || state.processes.has('Launch')) return
  if (state.starting > 0 || state.active.some(member => member.state !== 'InService')) return
  if ([...state.members.values()].some(({ leaving }) => leaving)) return
  const born = state.world.clock.now() - maxInstanceLifetime
  const [oldest] = state.active
    .filter(({ instance, protectedFromScaleIn }) => instance.launchedAt <= born && !protectedFromScaleIn)
    .sort((a, b) => a.instance.launchedAt - b.instance.launchedAt)
  if (!oldest) return
  oldest.leaving = { cause: causes.tooOld }
  void capacity.converge({ kind: 'difference' })
}
