import type { World } from '../../../world.ts'
import type { Groups } from '../groups/groups.ts'
import type { SamplingRules } from '../sampling/rules.ts'
import type { SamplingTargets } from '../sampling/targets.ts'
import type { Settings } from '../store.ts'
import type { TraceStore } from '../traces/store.ts'

/** What the operations work on. */
export interface XRay {
  readonly world: Pick<World, 'architecture' | 'clock' | 'realtime' | 'journal' | 'random'>
  readonly store: TraceStore
  readonly settings: Settings
  readonly rules: SamplingRules
  readonly targets: SamplingTargets
  readonly groups: Groups
}

/** Most of X-Ray's permissions know no resource. @see Service Authorization Reference, "AWS X-Ray" */
export const anywhere = (action: string) => () => ({ action: `xray:${action}`, resource: '*' })
