import type { MailFaults } from './faults.ts'
import type { Inbox } from './inbox.ts'

/** The mail of a system, as other parts of the cloud see it. */
export interface Mail {
  /** What has arrived. */
  readonly inbox: Inbox
  /** For drills: sending is refused for a while. */
  readonly faults: MailFaults
}
