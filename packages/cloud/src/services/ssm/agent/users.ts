import { z } from 'zod'

const usersDocument = z.object({
  users: z.record(
    z.string().min(1),
    z.object({ purpose: z.string().default(''), commands: z.array(z.string().min(1)).default([]) }),
  ),
})

/** A Linux user with a purpose: who takes it may run these commands and no other. */
export interface PurposeUser {
  readonly name: string
  readonly purpose: string
  /** As sudoers has them: `/usr/bin/systemctl restart nginx`, with `*` for anything. */
  readonly commands: readonly string[]
}

const HEREDOC = /^[ \t]*cat > \/etc\/terrace\/users\.json <<'(\w+)'\r?\n([\s\S]*?)\r?\n\1\r?$/m

/** The users that the user data of an instance makes: those in the document that it writes to `/etc/terrace/users.json`. */
export function usersIn(userData: string): readonly PurposeUser[] {
  const text = HEREDOC.exec(userData)?.[2]
  if (text === undefined) return []
  const read = usersDocument.safeParse(parsed(text))
  if (!read.success) return []
  return Object.entries(read.data.users).map(([name, user]) => ({ name, ...user }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Whether a user may run a command, `sudo` in front of it or not. A rule without arguments allows any; the program may be
 * given by its name alone.
 *
 * @see sudoers(5), "Cmnd_List", "Wildcards"
 */
export function mayRun(user: PurposeUser, words: readonly string[]): boolean {
  const [program = '', ...args] = words[0] === 'sudo' ? words.slice(1) : words
  // What a shell would read as more than one command is none of the words of a rule.
  if (words.some(word => /[\n\0]/.test(word))) return false
  return user.commands.some(rule => {
    const [path = '', ...wanted] = rule.trim().split(/\s+/)
    if (program !== path && program !== baseName(path)) return false
    if (wanted.length === 0) return true
    if (wanted.length === 1 && wanted[0] === '""') return args.length === 0
    return globOf(wanted.join(' ')).test(args.join(' '))
  })
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function globOf(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${text}$`)
}
