/** What is noted of a member of an operation's input. */
export interface MemberLine {
  /** Folder below `packages/cloud/src/services`. */
  readonly service: string
  readonly operation: string
  /** As in `containerDefinitions[].user`. */
  readonly path: string
  /** It is in the shape, it is declared to have no effect, or the operation has read it. */
  readonly is: 'member' | 'accepted' | 'read'
}

/** The variable that names the folder of the recordings. */
export const RECORDINGS = 'MEMBER_RECORDINGS'

/** Members that are in a shape, that no test saw being read, and that aren't declared to be without effect. */
export function unread(lines: readonly MemberLine[]): readonly MemberLine[] {
  const keyOf = ({ service, operation, path }: MemberLine) => `${service} ${operation} ${path}`
  const known = new Set(lines.filter(({ is }) => is !== 'member').map(keyOf))
  return lines.filter(line => line.is === 'member' && !known.has(keyOf(line)))
}

/** Operations that no test has called: nothing can be said of them. */
export function uncalled(lines: readonly MemberLine[]): ReadonlySet<string> {
  const name = ({ service, operation }: MemberLine) => `${service} ${operation}`
  const called = new Set(lines.filter(({ is }) => is === 'read').map(name))
  return new Set(lines.map(name).filter(each => !called.has(each)))
}
