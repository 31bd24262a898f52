/** Somebody who works on an instance. */
export interface LinuxUser {
  /** What for, in one sentence. */
  readonly purpose: string
  /** What the user may run as root by `sudo`, each with its absolute path and exactly these arguments. */
  readonly commands: readonly string[]
}

/** By name: small letters, digits and hyphens. */
export type LinuxUsers = Readonly<Record<string, LinuxUser>>

const NAME = /^[a-z][a-z0-9-]{0,30}$/
const COMMAND = /^\/[A-Za-z0-9/._-]+( [A-Za-z0-9/._=-]+)*$/

/**
 * The part of the user data that makes users without a password and without a key: they are entered by Session Manager's
 * *Run As* alone. What each may do as root is checked by `visudo` before it counts; the table itself is left in
 * `/etc/terrace/users.json`.
 *
 * @throws when a name or a command is none that may stand in a sudoers file as it is
 * @see Systems Manager User Guide "Turn on Run As support for Linux and macOS managed nodes"
 */
export function linuxUsersScript(users: LinuxUsers): string {
  for (const [name, { commands }] of Object.entries(users)) check(name, commands)
  return `cat > /etc/terrace/users.json <<'TERRACE_USERS'
${JSON.stringify({ users })}
TERRACE_USERS
for user in ${Object.keys(users).join(' ')}; do
  id "$user" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"
done
cat > /etc/terrace/sudoers <<'TERRACE_SUDOERS'
${sudoers(users)}
TERRACE_SUDOERS
visudo -c -q -f /etc/terrace/sudoers
install -m 440 /etc/terrace/sudoers /etc/sudoers.d/terrace
`
}

/** One line for each user who may do anything as root. @see sudoers(5) */
export const sudoers = (users: LinuxUsers): string =>
  Object.entries(users)
    .filter(([, { commands }]) => commands.length > 0)
    .map(([name, { commands }]) => `${name} ALL=(root) NOPASSWD: ${commands.map(escaped).join(', ')}`)
    .join('\n')

function check(name: string, commands: readonly string[]): void {
  if (!NAME.test(name)) throw new Error(`"${name}" is no name for a Linux user; use small letters, digits and hyphens`)
  for (const command of commands) {
    if (COMMAND.test(command)) continue
    throw new Error(
      `user ${name}: "${command}" cannot be allowed; give an absolute path and plain arguments, without wildcards`,
    )
  }
}

// The one character of a plain command that a sudoers file reads otherwise.
const escaped = (command: string): string => command.replaceAll('=', '\\=')
