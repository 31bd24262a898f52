import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { milliseconds, seconds, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { signalGroup } from './child.ts'
import { endLeftovers, ownerOf } from './leftovers.ts'
import { startTimeOf } from './process-table.ts'
import { type RecordedProcess, writeRecord } from './record.ts'

const GRACES = { owner: milliseconds(200), child: milliseconds(200) }

let folder = ''
let record = ''
let children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terrace-leftovers-'))
  record = join(folder, 'processes.json')
})
afterEach(async () => {
  for (const { pid } of children) if (pid !== undefined) signalGroup(pid, 'SIGKILL')
  children = []
  await rm(folder, { recursive: true })
})

/** A process that says it is ready, and how it would be written down. */
async function run(script: string, owner = false): Promise<{ child: ChildProcess; recorded: RecordedProcess }> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  return {
    child,
    recorded: {
      name: owner ? 'terrace' : 'app',
      pid,
      started: startTimeOf(pid) ?? '',
      role: owner ? 'owner' : 'child',
    },
  }
}

const OBEYS = 'echo ready; sleep 1000'
const IGNORES = 'trap "" TERM; echo ready; while :; do sleep 0.01; done'

it('ends what is left of a run, and insists where asking is not enough', async () => {
  const [obeys, ignores] = [await run(OBEYS), await run(IGNORES)]
  writeRecord(record, [obeys.recorded, ignores.recorded])
  expect(await endLeftovers(record, systemClock, GRACES)).toEqual([
    { kind: 'ended', name: 'app', pid: obeys.recorded.pid, by: 'SIGTERM' },
    { kind: 'ended', name: 'app', pid: ignores.recorded.pid, by: 'SIGKILL' },
  ])
  expect(existsSync(record)).toBe(false)
})

it('never touches a process that merely has the same id', async () => {
  const { child, recorded } = await run(OBEYS)
  writeRecord(record, [{ ...recorded, started: 'another boot/1' }])
  expect(await endLeftovers(record, systemClock, GRACES)).toEqual([])
  expect(child.exitCode ?? child.signalCode).toBeNull()
  expect(startTimeOf(recorded.pid)).toBe(recorded.started)
})

it('never ends itself', async () => {
  writeRecord(record, [{ name: 'terrace', pid: process.pid, started: startTimeOf(process.pid) ?? '', role: 'owner' }])
  expect(await endLeftovers(record, systemClock, GRACES)).toEqual([])
})

it('lets a Terrace that still runs stop its children itself', async () => {
  const child = await run(OBEYS)
  const terrace = await run(
    `trap 'kill -HUP ${child.recorded.pid}; exit 0' TERM; echo ready; while :; do sleep 0.01; done`,
    true,
  )
  writeRecord(record, [terrace.recorded, child.recorded])
  const ended = once(child.child, 'exit')
  expect(ownerOf(record)).toEqual(terrace.recorded)
  expect(await endLeftovers(record, systemClock, { owner: seconds(10), child: seconds(10) })).toContainEqual({
    kind: 'ended',
    name: 'terrace',
    pid: terrace.recorded.pid,
    by: 'SIGTERM',
  })
  expect(await ended).toEqual([null, 'SIGHUP'])
  expect(ownerOf(record)).toBeUndefined()
})

it('wakes one that was halted', async () => {
  const { child, recorded } = await run(OBEYS)
  child.kill('SIGSTOP')
  writeRecord(record, [recorded])
  expect(await endLeftovers(record, systemClock, { ...GRACES, child: seconds(10) })).toMatchObject([{ by: 'SIGTERM' }])
})

it.each(['', '{"a":', '{}', '[{"pid":1}]', '[{"name":"init","pid":1,"started":"x","role":"child"}]'])(
  'says that a record can not be read, and goes on: %j',
  async content => {
    await writeFile(record, content)
    expect(await endLeftovers(record, systemClock, GRACES)).toEqual([
      { kind: 'corruptRecord', message: expect.stringContaining(record) },
    ])
    expect(existsSync(record)).toBe(false)
  },
)

it('finds nothing where nothing ran', async () => {
  expect(await endLeftovers(record, systemClock)).toEqual([])
})
