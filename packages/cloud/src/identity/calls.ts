import type { Instant } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Decision } from './evaluate.ts'

/** Calls of a role that are alike: the same action, decided by the same statement. */
export interface SeenCall {
  readonly role: NodeId
  /** Such as `s3:GetObject`. */
  readonly action: string
  /** What decided, as the policies say it; the one of the latest call. */
  readonly decision: Decision
  readonly count: number
  /** When the latest was decided, by the clock of the control loops. */
  readonly latest: Instant
  /** The first distinct resources, 20 at most; `*` for actions that know none. */
  readonly resources: readonly string[]
  /** Whether there were other resources besides. */
  readonly more: boolean
  /** All resources: the one, or what their ARNs have in common and `*`. */
  readonly pattern: string
}

interface Entry {
  readonly action: string
  decision: Decision
  count: number
  latest: Instant
  readonly resources: Set<string>
  more: boolean
  pattern: string
}

const MOST_RESOURCES = 20

/** A role that writes to ever new queues with policies of their own must not fill the memory. */
const MOST_STATEMENTS = 50

/**
 * What roles have called since the start; `world.calls`. Every decision about a role is noted, allowed or not. Bounded:
 * roles are the template's, actions the services', of statements and resources the first ones are kept apart.
 */
export class Calls {
  readonly #roles = new Map<NodeId, Map<string, Entry[]>>()

  /** Notes one decision. On the way of every call: no text is made here. */
  note(role: NodeId, action: string, resource: string, decision: Decision, at: Instant): void {
    const entry = this.#entryOf(role, action, decision)
    entry.decision = decision
    entry.count++
    entry.latest = at
    if (entry.resources.has(resource)) return
    entry.pattern = entry.pattern === '' ? resource : commonPattern(entry.pattern, resource)
    if (entry.resources.size < MOST_RESOURCES) entry.resources.add(resource)
    else entry.more = true
  }

  /** Everything noted so far, role by role, in the order of the first call. */
  seen(): readonly SeenCall[] {
    return [...this.#roles].flatMap(([role, actions]) =>
      [...actions.values()].flat().map(entry => ({ ...entry, role, resources: [...entry.resources] })),
    )
  }

  #entryOf(role: NodeId, action: string, decision: Decision): Entry {
    const entries = this.#entriesOf(role, action)
    const known = entries.find(entry => decidedAlike(entry.decision, decision))
    if (known) return known
    const sameKind = entries.filter(entry => entry.decision.kind === decision.kind)
    const [first] = sameKind
    if (first && sameKind.length >= MOST_STATEMENTS) return first
    const entry = { action, decision, count: 0, latest: 0, resources: new Set<string>(), more: false, pattern: '' }
    entries.push(entry)
    return entry
  }

  #entriesOf(role: NodeId, action: string): Entry[] {
    const actions = this.#roles.get(role) ?? new Map<string, Entry[]>()
    const entries = actions.get(action) ?? []
    if (entries.length === 0) this.#roles.set(role, actions.set(action, entries))
    return entries
  }
}

function decidedAlike(one: Decision, other: Decision): boolean {
  if (one.kind === 'implicitDeny') return other.kind === 'implicitDeny' && one.missing === other.missing
  if (other.kind === 'implicitDeny' || one.kind !== other.kind) return false
  const [a, b] = [one.by, other.by]
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return a.statement === b.statement && a.policy === b.policy && a.source === b.source
}

/** `arn:aws:s3:::pictures/media/*` of two objects there: what both begin with, up to a `/` or `:`, and `*`. */
export function commonPattern(pattern: string, resource: string): string {
  const known = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern
  if (pattern.endsWith('*') && resource.startsWith(known)) return pattern
  let length = 0
  while (length < known.length && known[length] === resource[length]) length++
  return `${known.slice(0, length).replace(/[^/:]*$/, '')}*`
}
