import type { Duration, Instant } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { ManagedProcess } from '../../processes/supervisor.ts'
import type { EventType } from './events.ts'
import type { Settings } from './parameters/settings.ts'

/**
 * One copy of the data: its files, and the server on them while it runs. It knows the words of one database engine and
 * decides nothing; who is primary and who may be promoted is the instance's business.
 */
export interface Member {
  readonly number: MemberNumber
  readonly zone: Zone
  /** Where its server listens, for us alone; clients come through the interface of whoever is primary. */
  readonly socket: string
  readonly process: ManagedProcess | undefined
  /** Whether it has files. */
  exists(): boolean
  /**
   * Makes the files of an empty database; nothing happens when there are some.
   * @param like  a member that has not started yet: its files are copied, so that both have the same beginning
   */
  create(like?: Member): Promise<void>
  /** Removes its files. */
  remove(): Promise<void>
  /** Starts it for reading and writing, with its accounts; it waits for no standby. */
  startPrimary(): Promise<ManagedProcess>
  /** Starts it read-only, following. What was never acknowledged is undone first. @throws CannotFollow */
  startStandby(primary: Member, signal: AbortSignal): Promise<ManagedProcess>
  /** Has a running standby follow again after a restart of its primary. @throws CannotFollow */
  follow(primary: Member, signal: AbortSignal): Promise<void>
  /** Makes its files a copy of the primary's, which goes on serving. */
  cloneFrom(primary: Member, signal: AbortSignal): Promise<void>
  /** Whether it received and applied, within the limit, all that its primary had committed at the moment of the call. */
  catchUp(primary: Member, limit: Duration): Promise<boolean>
  /** The primary acknowledges from now on only what its standby has, however long that takes. */
  requireStandby(): Promise<void>
  /** The primary acknowledges alone from now on, at once also what is waiting. */
  releaseStandby(): Promise<void>
  /** Applies all that was received; fails rather than leave something out. */
  drain(): Promise<void>
  /** Makes a drained standby a primary. */
  promote(): Promise<void>
  /** Resolves when the server answers, of a standby when it also follows. @throws Error that says what is wrong */
  probe(role: 'primary' | 'standby'): Promise<void>
  /** Orderly; after the grace by force. */
  stop(grace: Duration): Promise<void>
  /** At once; resolves when it is gone. */
  kill(): Promise<void>
  /** How many connections clients have open. */
  connections(): Promise<number>
  /** Writes everything, as of one moment, to a new path; writes go on meanwhile. */
  backup(path: string): Promise<void>
  /** Fills an empty, running primary with a backup; or, before its start, its files. */
  readonly restoring: 'before-start' | 'after-start'
  restore(source: RestoreSource): Promise<void>
  /** Settings that can change while it runs come into force. */
  configure(settings: Settings): Promise<void>
  /**
   * Puts all that was committed before the call, and is not there yet, into the archive.
   * @returns the position up to which the archive is complete; the same one when nothing was written since
   */
  shipLogs(archive: string): Promise<string>
  /** Removes from the archive what is older than a backup. */
  trimArchive(archive: string, oldestBackup: string): Promise<void>
}

/** Where the data of a new instance comes from. */
export interface RestoreSource {
  /** Folder that `backup` wrote. */
  readonly path: string
  /** What was written after the backup; absent: the backup alone. */
  readonly changes?: Changes
  /** What is told when it is done. */
  readonly event: EventType
}

/** A part of an archive. */
export interface Changes {
  readonly archive: string
  /** Until a moment of the machine's time, or up to a position that `shipLogs` gave. */
  readonly until: { readonly at: Instant } | { readonly position: string }
}

/** What the members of an instance are told by it each time they start. */
export interface InstanceNeeds {
  /** Whether there is another member. */
  readonly paired: () => boolean
  /** What its parameter group says, in the words of the server. */
  readonly settings: () => Settings
  /** Where changes are archived; absent while no backups are kept. */
  readonly archive: () => string | undefined
}

export type MemberNumber = 1 | 2

/** Makes the members of one DB instance. */
export type MakeMember = (place: { readonly number: MemberNumber; readonly zone: Zone }) => Member

/** The standby's history is not the beginning of the primary's: it has to be rebuilt. */
export class CannotFollow extends Error {
  constructor(because: string) {
    super(because)
    this.name = 'CannotFollow'
  }
}
