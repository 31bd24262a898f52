import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSupervisor, type Supervisor } from './supervisor.ts'

let folder: string
let supervisor: Supervisor

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-freeze-'))
  supervisor = createSupervisor({ clock: systemClock, record: join(folder, 'processes.json') })
})
afterEach(async () => {
  await supervisor.stopAll(seconds(1))
  rmSync(folder, { recursive: true, force: true })
})

const sleeper = (zone: string) =>
  supervisor.start({
    name: zone,
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    cwd: folder,
    environment: {},
    onLine: () => {},
    zone,
  })

/** Third field of the line: `T` is stopped. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').charAt(0)

describe.skipIf(process.platform !== 'linux')('a zone without power (needs /proc)', () => {
  it('halts what runs there, and nothing else', async () => {
    const [here, there] = [await sleeper('a'), await sleeper('b')]
    supervisor.freeze('a')
    await expect.poll(() => stateOf(here.pid)).toBe('T')
    expect(stateOf(there.pid)).not.toBe('T')
  })

  it('is empty when it gets its power back', async () => {
    const here = await sleeper('a')
    supervisor.freeze('a')
    await supervisor.endFrozen('a')
    expect(await here.exited).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('does not hold up the end of everything', async () => {
    const here = await sleeper('a')
    supervisor.freeze('a')
    const begun = systemClock.now()
    await supervisor.stopAll(seconds(30))
    expect((await here.exited).signal).toBe('SIGKILL')
    expect(systemClock.now() - begun).toBeLessThan(seconds(10))
  })
})
