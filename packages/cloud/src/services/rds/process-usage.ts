import { readFileSync } from 'node:fs'

/** What a process and its children have used since their start. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentBytes: number
  /** System calls that read. */
  readonly reads: number
  /** System calls that wrote. */
  readonly writes: number
}

/** `USER_HZ`: what the kernel counts processor time in, on every Linux that Node runs on. proc_pid_stat(5) */
const TICKS_PER_SECOND = 100
/** Of `statm`; the page size of x86-64 and, by default, of arm64. */
const PAGE_BYTES = 4096

/** Reads it from `/proc`; nothing where there is none, or when the process is gone. */
export function usageOf(pid: number): ProcessUsage | undefined {
  const own = readUsage(pid)
  if (!own) return undefined
  return childrenOf(pid)
    .flatMap(child => readUsage(child) ?? [])
    .reduce(
      (sum, one) => ({
        cpuSeconds: sum.cpuSeconds + one.cpuSeconds,
        // Children share most of their memory with it.
        residentBytes: Math.max(sum.residentBytes, one.residentBytes),
        reads: sum.reads + one.reads,
        writes: sum.writes + one.writes,
      }),
      own,
    )
}

function readUsage(pid: number): ProcessUsage | undefined {
  try {
    // The program's name, in parentheses, may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const io = readFileSync(`/proc/${pid}/io`, 'utf8')
    const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(io)?.[1] ?? 0)
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
      residentBytes: Number(fields[21]) * PAGE_BYTES,
      reads: count('syscr'),
      writes: count('syscw'),
    }
  } catch {
    return undefined
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
