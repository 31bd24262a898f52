import type { Clock, Random } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import type { Folders } from './folders.ts'
import type { Journal } from './journal.ts'
import type { Logs } from './logs.ts'
import type { Ports } from './ports.ts'
import type { Supervisor } from './processes/supervisor.ts'

/** Everything a service gets that is not pure. Nothing is global: two clouds can run in one process. */
export interface World {
  readonly architecture: Architecture
  readonly clock: Clock
  /** Seeded: ids, choices. */
  readonly random: Random
  /** Unpredictable: passwords and keys. */
  readonly secureRandom: Random
  readonly folders: Folders
  readonly journal: Journal
  readonly logs: Logs
  readonly supervisor: Supervisor
  readonly ports: Ports
}
