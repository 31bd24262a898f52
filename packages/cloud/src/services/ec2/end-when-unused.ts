import { type Duration, formatDuration, type Instant, minutes, seconds } from '@terrace/kit'
import type { World } from '../../world.ts'

/** How often the timer of the script looks. */
const LOOKS_EVERY = minutes(1)

/**
 * How long an instance may be unused before its script shuts it down; nothing when it never does.
 *
 * The line that counts is that of the unit: `ExecStart=/usr/local/sbin/terrace-unused 1800`, in seconds.
 */
export function unusedLimitIn(userData: string): Duration | undefined {
  const [, limit] = /^ExecStart=\S*\/terrace-unused (\d+)\s*$/m.exec(userData) ?? []
  return limit === undefined || !/\bshutdown -h now\b/.test(userData) ? undefined : seconds(Number(limit))
}

/** What the timer watches. */
export interface UseSite {
  readonly world: World
  readonly instance: string
  readonly limit: Duration
  /** Called once, when nobody has used it for that long. */
  readonly unused: (message: string) => void
  /** Aborted when the instance stops. */
  readonly signal: AbortSignal
}

/**
 * Watches the sessions of an instance as the timer of its script does, each minute: those of Session Manager, also the ones
 * that only lead through it to a database.
 */
export function watchUse({ world, instance, limit, unused, signal }: UseSite): void {
  const { clock, journal } = world
  const sessions = new Set<unknown>()
  let usedAt: Instant = clock.now()
  const stopListening = journal.subscribe(({ kind, details }) => {
    const here = details?.instance === instance || details?.via === instance
    if (BEGINS.has(kind) && here) sessions.add(details?.session)
    else if (ENDS.has(kind)) sessions.delete(details?.session)
    else return
    if (here) usedAt = clock.now()
  })
  const stopLooking = clock.every(LOOKS_EVERY, () => {
    if (sessions.size > 0) usedAt = clock.now()
    if (clock.now() - usedAt < limit) return
    stop()
    unused(`${instance} had no session for ${formatDuration(limit)} and shuts itself down`)
  })
  const stop = () => {
    stopListening()
    stopLooking()
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
}

const BEGINS: ReadonlySet<string> = new Set(['ssm.sessionStarted', 'ssm.databaseSession'])
const ENDS: ReadonlySet<string> = new Set(['ssm.sessionEnded', 'ssm.databaseSessionEnded'])
