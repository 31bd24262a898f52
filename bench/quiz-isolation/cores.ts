import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Pins a process with all its threads, and all that it starts from then on, to one core. */
export function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' })
}

/** A process with everything below it. */
export function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return [pid, ...children.flatMap(child => family(Number(child)))]
}

/** Processor time that processes have used, in seconds: user and kernel mode. */
export function processorSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/)
    const fields = rest.split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) / 100
  }, 0)
}
