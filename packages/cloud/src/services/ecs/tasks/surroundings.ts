import type { Duration } from '@terrace/kit'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { serveTaskMetadata } from '../../../metadata/task-metadata.ts'
import type { Network, TargetGroups } from '../../../ports.ts'
import type { openHost } from '../../../workload/open-host.ts'
import type { World } from '../../../world.ts'
import type { Names } from '../names.ts'

/** How tasks run in this cloud. */
export interface TaskOptions {
  /** Between `PROVISIONING` and `PENDING`. differs: none here unless given; some seconds on AWS */
  readonly startDelay: Duration
  /** Replaces images that can't run here by labelled placeholders. */
  readonly standIns: boolean
}

/** What every task works with. */
export interface TaskSurroundings {
  readonly world: World
  readonly network: Network
  readonly targetGroups: TargetGroups
  readonly authorizer: Authorizer
  readonly names: Names
  readonly options: TaskOptions
  /** Where its processes run; tests have one without any. */
  readonly openHost: typeof openHost
  readonly serveMetadata: typeof serveTaskMetadata
}
