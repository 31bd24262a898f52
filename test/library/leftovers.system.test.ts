import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInstalled, run, startTerrace, terrace } from '../commands.ts'
import { call, freePorts } from '../http.ts'
import { libraryAssembly } from './running.ts'

let project: string
let port: number
beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), 'terrace-e2e-'))
  writeFileSync(join(project, 'package.json'), '{}')
  cpSync(await libraryAssembly(), join(project, 'library'), { recursive: true })
  port = await freePorts()
})
afterEach(async () => {
  await terrace(['down', 'library'], project)
  rmSync(project, { recursive: true, force: true })
})

interface Ready {
  readonly ready: boolean
  readonly urls: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly pid: number
}

async function up(...more: readonly string[]): Promise<Ready> {
  const child = startTerrace(['up', 'library', '--json', '--port', String(port), ...more], project)
  return new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', line => resolve(JSON.parse(line)))
    child.once('exit', code => reject(new Error(`terrace up ended with ${code}`)))
  })
}

/** Processes whose command line or environment points into the project; Linux alone. */
async function processesOf(): Promise<string[]> {
  const { out } = await run('sh', [
    '-c',
    `grep -la -- "${project}" /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; true`,
  ])
  const own = [`/proc/${process.pid}/`]
  return out
    .split('\n')
    .filter(line => line !== '' && !own.some(prefix => line.startsWith(prefix)))
    .filter(line => commandOf(line).includes(project))
}

function commandOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

const listens = async (): Promise<boolean[]> =>
  Promise.all([port, port + 1, port + 2].map(async one => (await call(`http://127.0.0.1:${one}/`)).status !== 0))

describe.runIf(process.platform === 'linux').each([
  ['the embedded database', ['--embedded'], true],
  ['MariaDB', [], isInstalled('mariadbd')],
] as const)('terrace down on %s', (_, options, possible) => {
  it.skipIf(!possible)('leaves no process and no listening port', async () => {
    const ready = await up(...options)
    expect(ready).toMatchObject({ ready: true, embedded: options.length > 0 })
    expect(await listens()).toEqual([true, true, true])
    expect((await terrace(['down', 'library'], project)).code).toBe(0)
    expect(await listens()).toEqual([false, false, false])
    expect(await processesOf()).toEqual([])
  })

  it.skipIf(!possible)('leaves neither after kill -9 of Terrace itself', async () => {
    const { pid } = await up(...options)
    process.kill(pid, 'SIGKILL')
    expect((await terrace(['down', 'library'], project)).code).toBe(0)
    expect(await listens()).toEqual([false, false, false])
    expect(await processesOf()).toEqual([])
  })
})

describe('terrace status', () => {
  it('L-21: tells tiers, zones, instances and their health, and the database', async () => {
    await up('--embedded')
    const { out } = await terrace(['status', 'library', '--json'], project)
    expect(JSON.parse(out)).toMatchObject({
      name: 'library',
      ready: true,
      tiers: [
        {
          zones: ['us-east-1a', 'us-east-1b'],
          min: 2,
          desired: 2,
          max: 3,
          instances: [
            { zone: 'us-east-1a', state: 'InService', health: 'healthy', address: expect.stringMatching(/^10\./) },
            { zone: 'us-east-1b', state: 'InService', health: 'healthy', address: expect.stringMatching(/^10\./) },
          ],
        },
      ],
      database: { engine: 'embedded', members: [{ role: 'primary' }] },
    })
  })
})
