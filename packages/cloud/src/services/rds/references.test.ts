import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, systemClock } from '@terrace/kit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeWorld } from '../../make-world.ts'
import { testArchitecture } from '../../testing/architecture.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { ssm } from '../ssm/index.ts'
import { resolveReferences } from './references.ts'
import { libraryDatabase } from './testing.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-references-'))
})
afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

it('S-10: the password of a database may be a SecureString, which is made when nobody has put it', async () => {
  const database = libraryDatabase({ masterPassword: '{{resolve:ssm-secure:/shop/database/password}}' })
  const world = makeWorld({
    architecture: testArchitecture([database]),
    stateFolder: state,
    clock: systemClock,
    random: seeded('references'),
  })
  const running = await Promise.all([kms, secretsmanager, ssm].map(service => service.start(world)))
  expect(await resolveReferences(world, database.masterPassword)).toMatch(/^[A-Za-z0-9]{32}$/)
  expect(await resolveReferences(world, 'admin')).toBe('admin')
  for (const service of running) await service.stop()
  await world.logs.close()
})
