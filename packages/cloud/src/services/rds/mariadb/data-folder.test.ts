import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareDataFolder } from './data-folder.ts'
import { findMariadb } from './find.ts'

const mariadb = await findMariadb()

describe.skipIf(!mariadb)(`a data folder of MariaDB${mariadb ? '' : ' (skipped: MariaDB is not installed)'}`, () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'terrace-data-folder-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is made without touching the temporary tables of another server that is being prepared', async () => {
    if (mariadb === undefined) return
    // Under the prefix of MariaDB's temporary tables, where its programs work if nobody names a folder.
    const ofAnother = `/tmp/#sql-temptable-terrace-${process.pid}.MAI`
    await writeFile(ofAnother, '')
    try {
      expect(await prepareDataFolder({ folder: join(folder, 'data'), programs: mariadb, templates: undefined })).toBe(
        true,
      )
      expect(existsSync(ofAnother)).toBe(true)
    } finally {
      await rm(ofAnother, { force: true })
    }
  })
})
