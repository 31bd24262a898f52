import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BundledProgram, type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleApp } from './bundle.ts'
import { Client } from './testing/client.ts'
import { startBundle } from './testing/processes.ts'
import { titlesIn, Visitor } from './testing/visitor.ts'

const INSTANCES = 8

let bundle: BundledProgram
beforeAll(async () => {
  bundle = await startBundle()
})
afterAll(() => bundle?.[Symbol.dispose]())

describe.skipIf(mariadbMissing)(`the bundled process${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`, () => {
  let mariadb: Mariadb
  let count = 0
  beforeAll(async () => {
    mariadb = await startMariadb()
  })
  afterAll(() => mariadb?.remove())
  const database = () => mariadb.createDatabase(`life${++count}`)

  it(`runs the migrations once when ${INSTANCES} tasks start at the same moment (N-02)`, async () => {
    const DATABASE_URL = await database()
    const instances = Array.from({ length: INSTANCES }, () => bundle.start({ DATABASE_URL }))
    await Promise.all(instances.map(instance => instance.ready()))
    const ran = instances.flatMap(({ log }) => log.lines.flatMap(line => (line.ran as string[] | undefined) ?? []))
    expect(ran.sort()).toEqual(['001-notes', '002-idempotency-keys'])
    for (const instance of instances) instance.process.kill('SIGTERM')
    expect(await Promise.all(instances.map(({ ended }) => ended))).toEqual(instances.map(() => 0))
    expect(instances.map(instance => instance.complaints()).join('')).toBe('')
  }, 60_000)

  it('serves pages with their script and style, and one task knows the session of another (N-02 N-03)', async () => {
    const DATABASE_URL = await database()
    const urls = await Promise.all([1, 2].map(() => bundle.start({ DATABASE_URL }).ready()))
    const [first = '', second = ''] = urls
    const visitor = new Visitor(first)
    const { html } = await visitor.get('/notes/new')
    const script = /src="([^"]*)"/.exec(html)?.[1] ?? ''
    expect((await fetch(second + script)).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const token = /name="_csrf" value="([^"]*)"/.exec(html)?.[1] ?? ''
    const other = new Visitor(second)
    for (const [name, value] of visitor.cookies) other.cookies.set(name, value)
    expect((await other.post('/notes', { title: 'Across tasks', _csrf: token })).status).toBe(303)
    expect(titlesIn((await visitor.get('/')).html)).toEqual(['Across tasks'])
  })

  it('has every note that was acknowledged after all tasks were replaced during writes, killed or asked to stop (N-11)', async () => {
    const DATABASE_URL = await database()
    const acknowledged: string[] = []
    let tasks = [bundle.start({ DATABASE_URL }), bundle.start({ DATABASE_URL })]
    let stopped = false
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; !stopped; number++) {
        const title = `Note ${writer}-${number}`
        const url = await tasks[number % tasks.length]?.ready()
        const answer = await new Client(String(url)).post('/api/notes', { title }).catch(() => undefined)
        if (answer?.status === 201) acknowledged.push(title)
      }
    })
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      const before = acknowledged.length
      await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before + 20)
      const next = [bundle.start({ DATABASE_URL }), bundle.start({ DATABASE_URL })]
      await Promise.all(next.map(task => task.ready()))
      for (const task of tasks) task.process.kill(signal)
      const old = tasks
      tasks = next
      const ends = await Promise.all(old.map(({ ended }) => ended))
      expect(ends).toEqual(signal === 'SIGTERM' ? [0, 0] : ['SIGKILL', 'SIGKILL'])
    }
    stopped = true
    await Promise.all(writers)
    const client = new Client((await tasks[0]?.ready()) ?? '')
    const stored = new Set<string>()
    for (let path: string | undefined = '/api/notes?limit=200'; path; ) {
      const { body, headers } = await client.get(path)
      for (const note of body as { title: string }[]) stored.add(note.title)
      path = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(acknowledged.filter(title => !stored.has(title))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(60)
  }, 60_000)

  it('answers with a page, not with nothing, while it waits for the database (N-02)', async () => {
    const task = bundle.start({ DATABASE_URL: 'mysql://root@localhost/none?socketPath=/nonexistent/s' })
    await task.log.next('the database is not there yet')
    const page = await new Visitor(String((await task.log.next('listening')).url)).get('/')
    expect([page.status, page.headers.get('retry-after'), page.headers.get('content-type')]).toEqual([
      503,
      '1',
      'text/html; charset=utf-8',
    ])
    expect(page.headers.get('content-security-policy')).toContain("style-src 'self'")
    expect(page.html).toContain('can’t be reached')
    task.process.kill('SIGTERM')
    expect(await task.ended).toBe(0)
  })

  it('keeps what was typed when the database goes away, and works again when it is back (N-02)', async () => {
    const own = await startMariadb()
    try {
      const DATABASE_URL = await own.createDatabase('gone')
      const task = bundle.start({ DATABASE_URL })
      const visitor = new Visitor(await task.ready())
      await visitor.get('/notes/new')
      await own.kill()
      const refused = await visitor.post('/notes', { title: 'Typed meanwhile', key: 'k' })
      expect([refused.status, refused.html.includes('value="Typed meanwhile"')]).toEqual([503, true])
      expect(refused.html).not.toMatch(/ECONN|ENOENT|mysql|stack/i)
      const page = await visitor.get('/')
      expect([page.status, page.html.includes('can’t be reached')]).toEqual([503, true])
      await own.start()
      await expect
        .poll(async () => (await visitor.post('/notes', { title: 'Typed meanwhile', key: 'k' })).status)
        .toBe(303)
      expect(titlesIn((await visitor.get('/')).html)).toEqual(['Typed meanwhile'])
    } finally {
      await own.remove()
    }
  })
})

describe('a process whose environment is wrong', () => {
  it('names what is missing, shows no secret, and ends with 2 (N-03)', async () => {
    const task = bundle.start({ SESSION_SECRET: 'hunter2', PUBLIC_URL: 'nowhere' })
    expect(await task.ended).toBe(2)
    for (const part of ['SESSION_SECRET', 'PUBLIC_URL']) expect(task.complaints()).toContain(part)
    expect(task.complaints()).not.toContain('hunter2')
  })

  it('says that SQLite won’t do, and why (N-03)', async () => {
    const task = bundle.start({ DATABASE_URL: 'sqlite:/nowhere/notes.sqlite' })
    expect(await task.ended).toBe(2)
    expect(task.complaints()).toContain('DATABASE_URL: expected mysql://…: the notes search with the full-text index')
  })
})

it('is the same bundle from the same sources, whoever makes it at the same time (N-02)', async () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'terrace-notes-')))
  await Promise.all(folders.map(folder => bundleApp(folder)))
  const [one, other] = folders.map(folder => readFileSync(join(folder, 'main.js'), 'utf8'))
  expect(one).toBe(other)
  for (const folder of folders) rmSync(folder, { recursive: true })
})
