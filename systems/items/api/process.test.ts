import { readFileSync } from 'node:fs'
import type { BundledProgram } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PORT } from './settings.ts'
import { Client, ITEMS } from './testing/client.ts'
import { callTls, startBundle, startSecrets } from './testing/processes.ts'
import { startTables, type TestTables } from './testing/tables.ts'

let bundle: BundledProgram
let tables: TestTables
beforeAll(async () => {
  ;[bundle, tables] = await Promise.all([startBundle(), startTables()])
})
afterAll(async () => {
  bundle?.[Symbol.dispose]()
  await tables?.[Symbol.asyncDispose]()
})

const environment = (table: string, secretsUrl: string) => ({
  TABLE_NAME: table,
  CURSOR_SECRET: 'cursors',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: tables.url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
})

describe('the bundled process', () => {
  it('I-04 I-06: serves HTTPS with a certificate of its own, keeps items in the table, and ends with 0', async () => {
    using secrets = await startSecrets()
    secrets.stages.set('AWSCURRENT', 'the first key of the cursors')
    const api = bundle.start({ ...environment(await tables.create(), secrets.url), TLS: 'self-signed' })
    const url = await api.ready()
    expect(url).toMatch(/^https:/)
    expect(await callTls(`${url}/health`)).toEqual({ status: 200, body: { status: 'ready' } })
    const { status, body } = await callTls(url + ITEMS, 'POST', { name: 'One' })
    expect(status).toBe(201)
    expect((await callTls(url + ITEMS)).body).toEqual({ items: [body], next: null })
    api.process.kill('SIGTERM')
    expect([await api.ended, api.complaints()]).toEqual([0, ''])
  })

  it('I-16: is not ready before it has read its secret, and takes up a rotation by another task’s cursor', async () => {
    using secrets = await startSecrets()
    const table = environment(await tables.create(), secrets.url)
    const first = bundle.start(table)
    const url = String((await first.log.next('listening')).url)
    expect((await first.log.next('the secret of the cursors could not be read')).error).toContain("can't find")
    const early = await new Client(url).get(ITEMS)
    expect([early.status, (await new Client(url).get('/health')).status]).toEqual([503, 503])
    secrets.stages.set('AWSCURRENT', 'the first key of the cursors')
    const client = new Client(await first.ready())
    for (const name of ['a', 'b', 'c']) await client.create(name)
    const old = (await client.get(`${ITEMS}?limit=1`)).body.next
    secrets.stages.set('AWSPREVIOUS', 'the first key of the cursors')
    secrets.stages.set('AWSCURRENT', 'the second key of the cursors')
    const second = new Client(await bundle.start(table).ready())
    const fresh = (await second.get(`${ITEMS}?limit=1`)).body.next
    expect(fresh.slice(0, 8)).not.toBe(old.slice(0, 8))
    expect((await second.get(`${ITEMS}?cursor=${old}`)).status).toBe(200)
    // The first one may have read its secret within these five seconds, and then doesn't at once.
    await expect.poll(async () => (await client.get(`${ITEMS}?cursor=${fresh}`)).status).toBe(200)
    expect((await client.get(`${ITEMS}?cursor=${old}`)).status).toBe(200)
    expect(JSON.stringify(first.log.lines)).not.toContain('key of the cursors')
    first.process.kill('SIGTERM')
    expect(await first.ended).toBe(0)
  })

  it('names what is wrong with its environment, and ends with 2', async () => {
    const process = bundle.start({ TABLE_NAME: 'a b', TLS: 'yes', ALLOWED_ORIGINS: '*' })
    expect(await process.ended).toBe(2)
    for (const name of ['TLS', 'ALLOWED_ORIGINS']) expect(process.complaints()).toContain(name)
    const other = bundle.start({ TABLE_NAME: 'a b' })
    expect(await other.ended).toBe(2)
    for (const name of ['TABLE_NAME', 'CURSOR_SECRET']) expect(other.complaints()).toContain(name)
  })

  it('carries no database’s driver', () => {
    const text = readFileSync(bundle.file, 'utf8')
    for (const name of ['mysql2', 'kysely', 'node_modules/pg/', 'better-sqlite3'])
      expect([name, text.includes(name)]).toEqual([name, false])
  })
})

it('listens in its image on the port of its service', () => {
  const dockerfile = readFileSync(new URL('Dockerfile', import.meta.url), 'utf8')
  expect(dockerfile).toContain('FROM node:24-slim')
  expect(dockerfile).toContain(`EXPOSE ${PORT}`)
  expect(dockerfile).toContain(`PORT=${PORT}`)
})
