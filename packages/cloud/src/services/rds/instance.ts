import type { RunningDatabase } from './databases.ts'

/** A DB instance, whatever runs it. */
export interface DatabaseInstance extends RunningDatabase {
  /** Resolves when it is available. @throws TerraceError with the way out when it can't be */
  start(): Promise<void>
  /** Resolves when its data is on disk and nothing of it runs. */
  stop(): Promise<void>
}
