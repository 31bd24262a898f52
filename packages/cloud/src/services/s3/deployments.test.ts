import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BucketDeployment } from '@terrace/model'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud, testBucket } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { s3 } from './index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-deployment-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Files as a directory asset. */
function directory(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), text)
  }
  return join(folder, name)
}

function zip(name: string, files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const)
  writeFileSync(join(folder, name), zipSync(Object.fromEntries(entries)))
  return join(folder, name)
}

const deployment = (id: string, paths: readonly string[], rest: Partial<BucketDeployment> = {}): BucketDeployment => ({
  ...testNode('bucketDeployment', id, {
    destination: 'site',
    destinationPrefix: '',
    sources: paths.map(path => ({ path, markers: {} })),
    prune: true,
    extract: true,
    include: [],
    exclude: [],
    metadata: {},
    invalidationPaths: [],
  }),
  ...rest,
})

const start = (...deployments: readonly BucketDeployment[]) =>
  startTestCloud({ nodes: [testBucket('site'), ...deployments], services: [s3], state: join(folder, 'state') })

/** Everything in the bucket: key → text. */
async function contents(cloud: TestCloud): Promise<Record<string, string>> {
  const objects = await cloud.world.ports.need('objects')
  const found: Record<string, string> = {}
  for (const { key } of await objects.list('site', '')) {
    const { body } = await objects.get('site', key)
    found[key] = Buffer.concat(await body.toArray()).toString()
  }
  return found
}

const lastReport = (cloud: TestCloud) => cloud.world.journal.since(0).findLast(({ kind }) => kind === 's3.deployed')

describe('a bucket deployment', () => {
  it('L-06: copies a directory with content types and metadata', async () => {
    const path = directory('web', {
      'index.html': '<h1>',
      'assets/app.js': 'js',
      'assets/app.css': 'css',
      'data.bin2': '',
    })
    const metadata = { 'cache-control': 'no-cache', 'x-amz-meta-build': '7' }
    await using cloud = await start(deployment('web', [path], { metadata }))
    const objects = await cloud.world.ports.need('objects')
    const described = (await objects.list('site', '')).map(({ key, headers }) => [key, headers['content-type']])
    expect(described).toEqual([
      ['assets/app.css', 'text/css'],
      ['assets/app.js', 'text/javascript'],
      ['data.bin2', 'binary/octet-stream'],
      ['index.html', 'text/html'],
    ])
    const { object } = await objects.get('site', 'index.html')
    expect(object).toMatchObject({ headers: { 'cache-control': 'no-cache' }, metadata: { build: '7' } })
  })

  it('unpacks a zip, whose names can point nowhere else', async () => {
    const path = zip('web.zip', { 'index.html': 'zip', 'deep/a.txt': 'a', '../../up.txt': 'up', '/abs.txt': 'abs' })
    await using cloud = await start(deployment('web', [path]))
    expect(await contents(cloud)).toEqual({ 'index.html': 'zip', 'deep/a.txt': 'a', 'up.txt': 'up', 'abs.txt': 'abs' })
    expect(readdirSync(folder).sort()).toEqual(['state', 'web.zip'])
    expect(readdirSync(join(folder, 'state/data/s3'))).toEqual(['site'])
  })

  it('unpacks a large zip', async () => {
    const text = 'large '.repeat(500_000)
    await using cloud = await start(deployment('web', [zip('large.zip', { large: text })]))
    expect((await contents(cloud)).large).toBe(text)
  })

  it('copies a zip as it is when it is not to be extracted', async () => {
    await using cloud = await start(deployment('web', [zip('as-it-is.zip', { a: 'a' })], { extract: false }))
    expect(Object.keys(await contents(cloud))).toEqual(['as-it-is.zip'])
  })

  it('replaces markers, also in files that are no text, and later sources win', async () => {
    const web = directory('web', { 'index.html': 'old', 'config.json': '{"default":true}' })
    const config = directory('config', { 'config.json': '{"apiUrl":"<<marker:0>>"}' })
    writeFileSync(join(config, 'bytes'), Buffer.from([0xff, 0x00, 0xfe]))
    const sources = [
      { path: web, markers: {} },
      { path: config, markers: { '<<marker:0>>': 'https://app.library.localhost:4430/$&ä' } },
    ]
    await using cloud = await start(deployment('web', [], { sources }))
    expect((await contents(cloud))['config.json']).toBe('{"apiUrl":"https://app.library.localhost:4430/$&ä"}')
    const { body } = await (await cloud.world.ports.need('objects')).get('site', 'bytes')
    expect(Buffer.concat(await body.toArray())).toEqual(Buffer.from([0xff, 0x00, 0xfe]))
  })

  it('writes only what has changed, and prunes what no source has', async () => {
    const path = directory('web', { 'index.html': '1', 'old.js': 'old', 'same.css': 'same' })
    await (await start(deployment('web', [path]))).stop()
    rmSync(join(path, 'old.js'))
    directory('web', { 'index.html': '2', 'new.js': 'new' })
    await using cloud = await start(deployment('web', [path]))
    expect(await contents(cloud)).toEqual({ 'index.html': '2', 'new.js': 'new', 'same.css': 'same' })
    expect(lastReport(cloud)?.details).toMatchObject({ written: 2, unchanged: 1, removed: 1 })
  })

  it('writes again what has only other metadata', async () => {
    const path = directory('web', { 'index.html': '1' })
    await (await start(deployment('web', [path]))).stop()
    await using cloud = await start(deployment('web', [path], { metadata: { 'cache-control': 'no-store' } }))
    expect(lastReport(cloud)?.details).toMatchObject({ written: 1 })
  })

  it('prunes below its prefix alone, and not at all without prune', async () => {
    const web = deployment('web', [directory('web', { 'a.txt': 'a' })], { destinationPrefix: '/docs/' })
    const config = deployment('config', [directory('config', { 'config.json': '{}' })], { prune: false })
    await (await start(web, config)).stop()
    await using cloud = await start(
      deployment('web', [directory('web2', { 'b.txt': 'b' })], { destinationPrefix: 'docs' }),
    )
    expect(await contents(cloud)).toEqual({ 'docs/b.txt': 'b', 'config.json': '{}' })
  })

  it('takes and prunes only what its filters let through', async () => {
    const path = directory('web', { 'a.js': '', 'a.js.map': '', 'keep/b.js.map': '', x1: '', x2: '', x3: '' })
    const filters = { exclude: ['*.map', 'x[!2]'], include: ['keep/*'] }
    const objects = async (cloud: TestCloud) => Object.keys(await contents(cloud))
    const first = await start(deployment('web', [path], filters))
    expect(await objects(first)).toEqual(['a.js', 'keep/b.js.map', 'x2'])
    await (await first.world.ports.need('objects')).put('site', 'other.map', '')
    await first.stop()
    await using second = await start(deployment('web', [directory('empty', { 'a.js': '' })], filters))
    expect(await objects(second)).toEqual(['a.js', 'other.map'])
  })

  it('names a source that is missing or damaged, and where it was written', async () => {
    const damaged = join(folder, 'damaged.zip')
    writeFileSync(damaged, 'PK nonsense')
    const whole = zip('whole.zip', { a: 'a'.repeat(10_000) })
    const { readFileSync } = await import('node:fs')
    writeFileSync(join(folder, 'cut.zip'), readFileSync(whole).subarray(0, 40))
    for (const path of [join(folder, 'missing'), damaged, join(folder, 'cut.zip')]) {
      await expect(start(deployment('web', [path]))).rejects.toMatchObject({
        code: 'S3_DEPLOYMENT_SOURCE',
        place: { file: 'test.yaml', line: 1 },
        message: expect.stringContaining(path),
      })
    }
  })
})
