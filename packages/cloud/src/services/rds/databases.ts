import type { DbInstance, NodeId, Zone } from '@terrace/model'

/** What the `databases` port offers to whoever starts workloads or reports the state of the system. */
export interface Databases {
  /** @throws TerraceError RDS_NO_SUCH_DATABASE, blame internal, when no database of the template has that id */
  of(id: NodeId): RunningDatabase
  /** In the order of the template, then those that were restored from snapshots. */
  readonly all: readonly RunningDatabase[]
  /**
   * Takes the final snapshot of every database whose `DeletionPolicy` is `Snapshot`, which is also CloudFormation's
   * default for this type; to be called before the data of the system is removed.
   *
   * @returns the identifiers of the snapshots; their files survive the removal of the data
   */
  finalSnapshots(): Promise<readonly string[]>
}

/** A database as it is at the moment it is looked at. */
export interface RunningDatabase {
  readonly node: NodeId
  readonly identifier: string
  /** What the template says, with what the API has changed since. */
  readonly definition: DbInstance
  readonly engine: DatabaseEngine
  /** The primary first. */
  readonly members: readonly DatabaseMember[]
  /** Of a pair: whether the standby holds everything that was acknowledged, so that it may be promoted. */
  readonly synchronous: boolean
  /**
   * Added to the environment of workloads that can run embedded; empty for a real server, which they reach through the
   * network by its endpoint's name.
   */
  readonly environment: Readonly<Record<string, string>>
  readonly status: DatabaseStatus
  /** What it doesn't do though the template asks for it, as sentences. */
  readonly limitations: readonly string[]
}

export type DatabaseEngine = 'mariadb' | 'postgres' | 'embedded'

/** One copy of the data. */
export interface DatabaseMember {
  readonly zone: Zone
  readonly role: 'primary' | 'standby'
  /** Private IPv4 address; of an embedded database, its file. */
  readonly address: string
  /** Of its server on this machine, while it runs. */
  readonly pid?: number
}

/** As in RDS User Guide, "Viewing Amazon RDS DB instance status", as far as they occur here. */
export type DatabaseStatus =
  | 'creating'
  | 'backing-up'
  | 'starting'
  | 'available'
  | 'modifying'
  | 'rebooting'
  | 'failed'
  | 'stopping'
  | 'stopped'
  | 'deleting'
