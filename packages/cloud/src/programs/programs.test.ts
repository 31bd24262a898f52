import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findInPath, findProgram } from './find.ts'
import { findInstalled, installCommand, surveyPrograms } from './programs.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terrace-programs-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function program(name: string, script: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  return file
}

it('finds a program in PATH, before the usual folders', async () => {
  const file = await program('sh', 'exit 0')
  expect(findProgram(['sh'], folder)).toBe(file)
  expect(findProgram(['no-such-program', 'sh'], '')).toMatch(/^\/(usr\/)?bin\/sh$/)
  expect(findProgram(['no-such-program'], folder)).toBeUndefined()
})

it('takes neither folders nor files that are not executable, nor relative parts of PATH', async () => {
  await writeFile(join(folder, 'plain'), '')
  expect(findInPath('plain', folder)).toBeUndefined()
  expect(findInPath('tmp', '/')).toBeUndefined()
  expect(findInPath('package.json', '.:')).toBeUndefined()
})

it('tells a namesake from the program', async () => {
  await program('mariadb-install-db', 'exit 0')
  await program('mariadbd', 'echo "mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)"')
  expect(await findInstalled('mariadb', folder)).toBeUndefined()
  const reports = await surveyPrograms(folder)
  expect(reports.find(({ id }) => id === 'mariadb')?.problem).toContain('is not MariaDB')
})

it('says of every program what it is good for and how to get it', async () => {
  for (const report of await surveyPrograms()) {
    expect(report.missing).not.toBe('')
    expect(report.install).toMatch(/^(sudo apt-get install -y|brew install) \S+/)
    if (report.found) expect(report.found.version).toMatch(/^\d+\.\d+/)
  }
  expect(installCommand('mariadb', 'linux')).toBe('sudo apt-get install -y mariadb-server')
  expect(installCommand('mariadb', 'darwin')).toBe('brew install mariadb')
})
