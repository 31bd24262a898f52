import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { milliseconds, seconds, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLeftovers } from './leftovers.ts'
import { startTimeOf } from './process-table.ts'
import { createSupervisor, type ProcessSpec, type Supervisor } from './supervisor.ts'

let folder = ''
let supervisor: Supervisor
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terrace-processes-'))
  supervisor = createSupervisor({ clock: systemClock, record: join(folder, 'processes.json') })
})
afterEach(async () => {
  await supervisor.stopAll(milliseconds(100))
  await rm(folder, { recursive: true })
})

const PATH = '/usr/bin:/bin'

function shell(script: string, onLine: ProcessSpec['onLine'] = () => {}, name = 'script'): ProcessSpec {
  return { name, command: 'sh', args: ['-c', script], cwd: folder, environment: { PATH }, onLine }
}

/** Starts a script and resolves with it and the first line it writes. */
async function started(script: string) {
  const { promise: first, resolve } = Promise.withResolvers<string>()
  const child = await supervisor.start(shell(script, resolve))
  return { child, first: await first }
}

describe('starting a process', () => {
  it('gives it the environment it was told and nothing else', async () => {
    const lines: string[] = []
    const spec = shell('env', line => lines.push(line))
    const child = await supervisor.start({
      ...spec,
      command: '/usr/bin/env',
      args: [],
      environment: { A: 'b c', PATH },
    })
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(lines.toSorted()).toEqual(['A=b c', `PATH=${PATH}`])
  })

  it('hands on every line of both streams, the unfinished last one too', async () => {
    const lines: string[] = []
    const child = await supervisor.start(
      shell('seq 1 20000; printf last; printf "problem\\r\\n" >&2', (line, stream) => lines.push(`${stream} ${line}`)),
    )
    await child.exited
    const out = lines.filter(line => line.startsWith('out '))
    expect(out).toHaveLength(20_001)
    expect(out.at(-1)).toBe('out last')
    expect(lines).toContain('err problem')
  })

  it('says which program or folder is missing', async () => {
    await expect(supervisor.start({ ...shell(''), command: 'no-such-program' })).rejects.toMatchObject({
      code: 'PROCESS_NOT_STARTED',
      message: 'script could not be started: there is no program no-such-program in its PATH /usr/bin:/bin',
    })
    await expect(supervisor.start({ ...shell(''), cwd: '/no/such/folder' })).rejects.toThrow(/\/no\/such\/folder/)
    await expect(supervisor.start({ ...shell(''), command: '/etc/passwd' })).rejects.toThrow(/not a file that may be/)
    const huge = { PATH, HUGE: 'x'.repeat(3_000_000) }
    await expect(supervisor.start({ ...shell(''), environment: huge })).rejects.toThrow(/larger than the system allows/)
    expect(supervisor.processes).toEqual([])
  })
})

describe('ending a process', () => {
  it('asks first, and the process may finish', async () => {
    const { child } = await started('trap "exit 7" TERM; echo ready; while :; do sleep 0.01; done')
    expect(await child.stop(seconds(10))).toEqual({ code: 7, signal: null })
    expect(supervisor.processes).toEqual([])
  })

  it('uses the stop signal that was named', async () => {
    const { promise: ready, resolve } = Promise.withResolvers<string>()
    const script = 'trap "exit 3" QUIT; echo ready; while :; do sleep 0.01; done'
    const child = await supervisor.start({ ...shell(script, resolve), stopSignal: 'SIGQUIT' })
    await ready
    expect(await child.stop(seconds(10))).toEqual({ code: 3, signal: null })
  })

  it('insists after the grace', async () => {
    const { child } = await started('trap "" TERM; echo ready; while :; do sleep 0.01; done')
    expect(await child.stop(milliseconds(50))).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('wakes one that was halted, so that it can finish', async () => {
    const { child } = await started('trap "exit 5" TERM; echo ready; while :; do sleep 0.01; done')
    child.kill('SIGSTOP')
    expect(await child.stop(seconds(10))).toEqual({ code: 5, signal: null })
  })

  it('takes along what the process started, and does not wait for output that something else holds open', async () => {
    const { child, first } = await started(
      'sleep 1000 & one=$!; setsid sh -c "echo $one \\$\\$; exec sleep 1001" & wait',
    )
    const [inside = 0, outside = 0] = first.split(' ').map(Number)
    expect(await child.stop(seconds(5))).toMatchObject({ signal: 'SIGTERM' })
    expect(startTimeOf(inside)).toBeUndefined()
    expect(startTimeOf(outside)).toBeDefined()
    process.kill(outside, 'SIGKILL')
  })

  it('kills a whole process group', async () => {
    const { child, first } = await started('sleep 1000 & echo $!; wait')
    child.kill('SIGKILL')
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(startTimeOf(Number(first))).toBeUndefined()
    child.kill('SIGKILL')
  })
})

it('adds up the resident memory of processes and of their children', async () => {
  expect(await supervisor.memory()).toBe(0)
  await started('echo ready; sleep 1000')
  const one = await supervisor.memory()
  expect(one).toBeGreaterThan(500_000)
  await started('sleep 1000 & sleep 1000 & echo ready; wait')
  expect(await supervisor.memory()).toBeGreaterThan(2 * one)
})

it('keeps the record of what runs up to date', async () => {
  const names = async () => {
    const record: unknown = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8'))
    return (record as { name: string }[]).map(({ name }) => name)
  }
  expect(await names()).toEqual(['terrace'])
  const { child } = await started('echo ready; sleep 1000')
  expect(await names()).toEqual(['terrace', 'guardian', 'script'])
  await child.stop(seconds(1))
  expect(await names()).toEqual(['terrace', 'guardian'])
})

describe('when Terrace itself is killed', () => {
  interface Killed {
    /** What the script's first line names: process ids. */
    readonly pids: readonly number[]
    readonly started: readonly (string | undefined)[]
    readonly record: string
  }

  /** Runs a Terrace of its own that starts this script, and kills it with SIGKILL once the script wrote its first line. */
  async function killedWhileRunning(script: string): Promise<Killed> {
    const record = join(folder, 'other.json')
    const source = `
      import { systemClock } from '@terrace/kit'
      import { createSupervisor } from ${JSON.stringify(join(import.meta.dirname, 'supervisor.ts'))}
      const supervisor = createSupervisor({ clock: systemClock, record: ${JSON.stringify(record)} })
      await supervisor.start({ name: 'app', command: 'sh', args: ['-c', ${JSON.stringify(script)}], cwd: '/',
        environment: { PATH: '/usr/bin:/bin' }, onLine: line => console.log(line) })`
    const terrace = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    })
    const [line] = await once(createInterface(terrace.stdout), 'line')
    const pids = String(line).split(' ').map(Number)
    const started = pids.map(pid => startTimeOf(pid))
    expect(started).not.toContain(undefined)
    terrace.kill('SIGKILL')
    await once(terrace, 'exit')
    return { pids, started, record }
  }

  it('its children may finish, as after SIGTERM', async () => {
    const { pids, started } = await killedWhileRunning(
      `trap 'touch ${folder}/finished; exit' TERM; echo $$; while :; do sleep 0.01; done`,
    )
    await gone(pids, started)
    expect(existsSync(join(folder, 'finished'))).toBe(true)
  })

  it('what a child left behind, what ignores it, and what was halted end as well', async () => {
    const { pids, started, record } = await killedWhileRunning(
      'sleep 1000 & left=$!; sleep 1001 & kill -STOP $!; (trap "" TERM; echo $left $! $$; sleep 1002) & wait',
    )
    await gone(pids, started)
    expect(await endLeftovers(record, systemClock)).toEqual([])
  })

  it('the next run ends a child at once that ignores it, and says so', async () => {
    const { pids, started, record } = await killedWhileRunning('trap "" TERM; echo $$; while :; do sleep 0.01; done')
    const [pid = 0] = pids
    expect(startTimeOf(pid)).toBe(started[0])
    const graces = { owner: seconds(1), child: milliseconds(100) }
    expect(await endLeftovers(record, systemClock, graces)).toEqual([
      { kind: 'ended', name: 'app', pid, by: 'SIGKILL' },
    ])
    expect(startTimeOf(pid)).toBeUndefined()
    expect(await endLeftovers(record, systemClock)).toEqual([])
  })
})

/** Waits until processes are gone; there is no event for that, since they aren't ours. The test's time-out is the limit. */
async function gone(pids: readonly number[], started: readonly (string | undefined)[]): Promise<void> {
  for (const [index, pid] of pids.entries()) {
    while (startTimeOf(pid) === started[index]) await systemClock.sleep(milliseconds(10))
  }
}
