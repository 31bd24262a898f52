import type { NodeKind } from '@terrace/model'
import type { RegisteredApi } from '../gateway/api.ts'
import type { NodeUpdates } from '../update/node-update.ts'
import type { World } from '../world.ts'

/** One AWS service of the local cloud: a folder here and a row in `index.ts`. */
export interface Service {
  /** As in its endpoint's name: `s3`, `secretsmanager`. */
  readonly name: string
  /** The kinds of model node that it brings to life. */
  readonly emulates: readonly NodeKind[]
  /** Resolves when everything of the template that belongs to it runs. */
  start(world: World): Promise<RunningService>
}

export interface RunningService {
  /** What it answers over AWS's own protocols; absent when it answers nothing yet. */
  readonly api?: RegisteredApi
  /** What it changes in place when `terrace up` brings a changed template; absent: nothing, such an update is refused. */
  readonly updates?: NodeUpdates
  /** Ends what it started. Called in the reverse order of the table; must not fail because something is gone already. */
  stop(): Promise<void>
}
