import type { Stop } from '@terrace/kit'
import type { Journal } from '../../journal.ts'
import { ServiceUnavailable, TooManyRequestsException } from './errors.ts'

/** How sending is refused: as too much at once (429), or as a failure of the service (503). */
export type MailFault = 'throttle' | 'unavailable'

/** For drills: SES refuses to send for a while. What was accepted before has arrived. */
export class MailFaults {
  readonly #journal: Journal
  readonly #active = new Set<{ readonly kind: MailFault }>()

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Refuses from now on. @returns what ends it; several may be active, and all must end */
  start(kind: MailFault): Stop {
    const fault = { kind }
    this.#active.add(fault)
    const as = kind === 'throttle' ? 'with TooManyRequestsException' : 'with 503'
    this.#journal.write({ kind: 'ses.faultStarted', message: `SES refuses to send, ${as}`, details: { fault: kind } })
    return () => {
      if (!this.#active.delete(fault)) return
      this.#journal.write({ kind: 'ses.faultEnded', message: `SES no longer refuses ${as}`, details: { fault: kind } })
    }
  }

  /** @throws TooManyRequestsException, ServiceUnavailable while a fault is active; the newest one decides */
  check(): void {
    const fault = [...this.#active].at(-1)
    if (fault) throw fault.kind === 'throttle' ? new TooManyRequestsException() : new ServiceUnavailable()
  }
}
