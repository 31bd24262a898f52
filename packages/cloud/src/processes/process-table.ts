import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * When a process started, as a text that no other process with the same id ever has: a process id alone is given out
 * again. Linux: field 22 of `/proc/<pid>/stat` (proc(5)) and the boot it counts from. Elsewhere: what `ps` says.
 *
 * @returns nothing when there is no such process, or when it has ended and only waits to be collected
 */
export function startTimeOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      const [state, ...started] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      })
        .trim()
        .split(/\s+/)
      return state === undefined || state === '' || state.startsWith('Z') ? undefined : started.join(' ')
    }
    const { state, startTicks } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return state === 'Z' || state === 'X' ? undefined : `${bootId()}/${startTicks}`
  } catch {
    return undefined
  }
}

/** Resident memory, in bytes, of every process that belongs to one of these process groups. */
export async function residentBytesOf(groups: ReadonlySet<number>): Promise<number> {
  if (groups.size === 0) return 0
  return process.platform === 'linux' ? residentFromProc(groups) : residentFromPs(groups)
}

interface Stat {
  readonly state: string
  readonly group: number
  readonly startTicks: string
}

// The second field is the program's name in parentheses and may itself hold spaces and parentheses.
function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', group: Number(fields[2]), startTicks: fields[19] ?? '' }
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

async function residentFromProc(groups: ReadonlySet<number>): Promise<number> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const sizes = await Promise.all(
    pids.map(async pid => {
      try {
        if (!groups.has(parseStat(await readFile(`/proc/${pid}/stat`, 'utf8')).group)) return 0
        const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
        return Number(kibibytes ?? 0) * 1024
      } catch {
        return 0
      }
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function residentFromPs(groups: ReadonlySet<number>): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss='])
  return stdout.split('\n').reduce((sum, line) => {
    const [group, kibibytes] = line.trim().split(/\s+/)
    return groups.has(Number(group)) ? sum + Number(kibibytes) * 1024 : sum
  }, 0)
}
