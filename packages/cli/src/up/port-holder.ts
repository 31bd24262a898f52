import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** `0A` of `/proc/net/tcp`: listening. */
const LISTENING = '0A'

/**
 * Who listens on a TCP port, such as `nginx (process 812)`; nothing when that can't be known: elsewhere than on Linux,
 * or when it is another user's process.
 */
export function portHolder(port: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table => listeningSockets(table, port)))
    const pid = sockets.size === 0 ? undefined : processWith(sockets)
    if (pid === undefined) return undefined
    const [program] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return `${basename(program || 'an unnamed program')} (process ${pid})`
  } catch {
    // It ended while we looked.
    return undefined
  }
}

function listeningSockets(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(table, 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENING && local?.endsWith(suffix))
    .map(fields => `socket:[${fields[9]}]`)
}

function processWith(sockets: ReadonlySet<string>): string | undefined {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .find(pid => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some(fd => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)))
      } catch {
        // Another user's, or gone.
        return false
      }
    })
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
