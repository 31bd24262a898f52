import type { Clock, Random } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import type { Deliveries } from './deliveries.ts'
import type { Folders } from './folders.ts'
import type { Calls } from './identity/calls.ts'
import type { CredentialIssuer } from './identity/credentials.ts'
import type { Journal } from './journal.ts'
import type { Logs } from './logs.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Ports } from './ports.ts'
import type { Supervisor } from './processes/supervisor.ts'
import type { Hosts } from './workload/hosts.ts'
import type { Zones } from './zones.ts'

/** Everything a service gets that is not pure. Nothing is global: two clouds can run in one process. */
export interface World {
  readonly architecture: Architecture
  /** For everything that AWS decides in minutes: it runs `--time-scale` times as fast. */
  readonly clock: Clock
  /** The machine's own time, for data paths and processes: time-outs, failure detection, grace. */
  readonly realtime: Clock
  /** Seeded: ids, choices. */
  readonly random: Random
  /** Unpredictable: passwords and keys. */
  readonly secureRandom: Random
  readonly folders: Folders
  readonly journal: Journal
  readonly logs: Logs
  readonly supervisor: Supervisor
  readonly ports: Ports
  /** The metric store of CloudWatch. */
  readonly metrics: Metrics
  /** The way to topics, queues, functions and the event bus. */
  readonly deliveries: Deliveries
  readonly credentials: CredentialIssuer
  /** What roles have called. */
  readonly calls: Calls
  readonly zones: Zones
  /** Where workloads run now. */
  readonly hosts: Hosts
}
