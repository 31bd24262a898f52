import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { days, VirtualClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { startCloud } from './start.ts'
import { testArchitecture } from './testing/architecture.ts'

it('certificates are valid in the time of the machine, in which their clients live, however far the control loops are', async () => {
  const stateFolder = join(mkdtempSync(join(tmpdir(), 'terrace-start-')), 'test')
  const cloud = await startCloud({
    architecture: testArchitecture([]),
    stateFolder,
    ports: { public: 0, http: 0, gateway: 0 },
    embedded: 'forced',
    clock: new VirtualClock(Date.now() + days(2)),
  })
  try {
    for (const name of ['public', 'internal']) {
      const { validFromDate } = new X509Certificate(
        readFileSync(join(stateFolder, 'certificates', `terrace-${name}.pem`)),
      )
      expect(validFromDate.getTime()).toBeLessThan(Date.now())
    }
  } finally {
    await cloud.stop()
    rmSync(join(stateFolder, '..'), { recursive: true, force: true })
  }
})
