import type { DatabaseMember, DatabaseStatus } from './databases.ts'
import type { Seat } from './seat.ts'

/** What an instance is at the moment. Its parts change it, one after the other. */
export class InstanceState {
  status: DatabaseStatus = 'creating'
  primary: Seat | undefined
  standby: Seat | undefined
  /** The primary has acknowledged nothing that the standby doesn't have: the standby may be promoted. */
  synchronous = false

  /** The primary first. */
  get members(): readonly DatabaseMember[] {
    return [...describe('primary', this.primary), ...describe('standby', this.standby)]
  }
}

function describe(role: DatabaseMember['role'], seat: Seat | undefined): readonly DatabaseMember[] {
  if (!seat) return []
  const pid = seat.member.process?.pid
  return [{ zone: seat.zone, role, address: seat.address, ...(pid === undefined ? {} : { pid }) }]
}
