import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DirectoryImage, WorkloadProcess } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInPath } from '../programs/find.ts'
import { PROGRAMS, type ProgramId } from '../programs/programs.ts'
import { libraryDatabase } from '../services/rds/testing.ts'
import { testArchitecture, testNode } from '../testing/architecture.ts'
import { imageIn, imageProcess, machineWith, nginxProcess, postgresProcess } from '../workload/testing.ts'
import { requirePrograms } from './programs.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'terrace-path-'))
})
afterEach(() => rmSync(path, { recursive: true }))

/** A `PATH` of one folder, with these programs in it. */
const onPath = (...names: readonly string[]): ((id: ProgramId) => Promise<boolean>) => {
  for (const name of names) writeFileSync(join(path, name), '#!/bin/sh\n', { mode: 0o755 })
  return async (id: ProgramId) =>
    (PROGRAMS.find(program => program.id === id)?.files ?? []).some(file => findInPath(file, path) !== undefined)
}

const CHOICES = { embedded: 'allowed', standIns: false } as const

const instance = (process: WorkloadProcess) =>
  testNode('instance', 'Web', {
    machine: machineWith([process]),
    subnet: 'app-a',
    zone: 'us-east-1a',
    publicAddress: false,
  })

const nginx = instance(nginxProcess('server {}', { name: 'web' }))
const application = (image: Partial<DirectoryImage> = {}) =>
  instance(imageProcess(imageIn('/nowhere', { command: ['node', 'main.js'], ...image }), { name: 'api' }))
const postgres = { ...libraryDatabase(), engine: 'postgres' } as const

describe('a system that needs a program which is not on this machine', () => {
  it('is refused before it starts when that is NGINX, as an input error with the two ways out', async () => {
    const refusal = requirePrograms(testArchitecture([nginx]), { ...CHOICES, isInstalled: onPath() })
    await expect(refusal).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      blame: 'input',
      message: "the process web of Web needs NGINX, which isn't installed",
      hint: expect.stringMatching(/^install it: .*nginx.*; or run with --stand-ins$/),
    })
    await requirePrograms(testArchitecture([nginx]), { ...CHOICES, isInstalled: onPath('nginx') })
  })

  it('runs without NGINX when stand-ins are asked for', async () => {
    await requirePrograms(testArchitecture([nginx]), { ...CHOICES, standIns: true, isInstalled: onPath() })
  })

  it('is refused for an image whose command is NGINX, too', async () => {
    const image = application({ command: ['nginx', '-g', 'daemon off;'] })
    const refusal = requirePrograms(testArchitecture([image]), { ...CHOICES, isInstalled: onPath() })
    await expect(refusal).rejects.toThrow('the process api of Web needs NGINX')
  })

  it('is refused without PostgreSQL, whether there are stand-ins or not', async () => {
    const choices = { ...CHOICES, standIns: true, isInstalled: onPath() }
    await expect(requirePrograms(testArchitecture([postgres]), choices)).rejects.toMatchObject({
      message: `the database ${postgres.identifier} needs PostgreSQL, which isn't installed`,
      hint: expect.not.stringContaining('--stand-ins'),
    })
    await requirePrograms(testArchitecture([postgres]), { ...CHOICES, isInstalled: onPath('postgres') })
  })

  it('Q-01: is refused without PostgreSQL when a process of an instance is one, stand-ins or not', async () => {
    const database = postgresProcess({ name: 'database' })
    const choices = { ...CHOICES, standIns: true, isInstalled: onPath() }
    const system = testArchitecture([instance(database)])
    await expect(requirePrograms(system, choices)).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      blame: 'input',
      message: "the process database of Web needs PostgreSQL, which isn't installed",
      hint: expect.stringMatching(/^install it: .*postgres/),
    })
    await requirePrograms(system, { ...CHOICES, isInstalled: onPath('postgres') })
  })

  it('is refused without MariaDB when its application can not be embedded', async () => {
    const system = testArchitecture([libraryDatabase(), application()])
    const refusal = requirePrograms(system, { ...CHOICES, isInstalled: onPath() })
    await expect(refusal).rejects.toThrow(/needs MariaDB, which isn't installed/)
    await requirePrograms(system, { ...CHOICES, isInstalled: onPath('mariadbd') })
  })

  it('runs without MariaDB when its application says that it can be embedded', async () => {
    const embedded = application({ labels: { 'org.terrace.embedded-database': 'sqlite' } })
    await requirePrograms(testArchitecture([libraryDatabase(), embedded]), { ...CHOICES, isInstalled: onPath() })
  })
})
