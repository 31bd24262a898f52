import { mkdirSync, readFileSync } from 'node:fs'
import { connect, controlFile, readRecord } from '@terrace/control'
import { systemClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveTarget, type Target } from '../target/target.ts'
import { failureOf } from '../testing/failure-of.ts'
import { makeProject, TEMPLATE, type TestProject } from '../testing/project.ts'
import { openSession } from './session.ts'
import { type Shutdown, shutdownOn } from './shutdown.ts'

let project: TestProject
let target: Target
beforeEach(() => {
  project = makeProject()
  project.write('shop.json', TEMPLATE)
  target = resolveTarget('shop.json', project.root)
  mkdirSync(target.stateFolder, { recursive: true })
})
afterEach(() => project.remove())

const wish = (): Shutdown => shutdownOn(() => () => {})

describe('a session', () => {
  it('can be reached from its beginning to its end, and leaves no record', async () => {
    const session = await openSession(target, wish(), systemClock)
    const status = await connect(target.stateFolder).status()
    await session.close()

    expect(status).toMatchObject({ name: 'shop', ready: false, pid: process.pid, stateFolder: target.stateFolder })
    expect(readRecord(target.stateFolder)).toBeUndefined()
  })

  it('belongs to the faster of two runs; the slower one touches nothing of it', async () => {
    const faster = await openSession(target, wish(), systemClock)
    const processes = project.write('.terrace/shop/processes.json', '[]')
    const record = readFileSync(controlFile(target.stateFolder), 'utf8')

    const failure = await failureOf(() => openSession(target, wish(), systemClock))

    expect(failure.code).toBe('CONTROL_ALREADY_THERE')
    expect(readFileSync(controlFile(target.stateFolder), 'utf8')).toBe(record)
    expect(readFileSync(processes, 'utf8')).toBe('[]')
    expect((await connect(target.stateFolder).status()).name).toBe('shop')
    await faster.close()
  })

  it('answers the one who asked for the stop before it ends', async () => {
    const shutdown = wish()
    const session = await openSession(target, shutdown, systemClock)

    const stopped = connect(target.stateFolder).stop()
    await shutdown.requested
    await session.close()

    await expect(stopped).resolves.toBeUndefined()
  })
})
