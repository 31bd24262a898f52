import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled, terrace } from '../commands.ts'
import { freePorts } from '../http.ts'

const CAN_RUN = isInstalled('mariadbd') && isInstalled('nginx') && isInstalled('mariadb')

/** Of the client, so that silence ends. */
const PATIENCE = '--connect-timeout=3'

describe.skipIf(!CAN_RUN)('the way of people to the database (needs MariaDB with its client, and NGINX)', () => {
  beforeAll(async () => {
    const { code, errors } = await terrace(['up', 'notes', '--detach', '--port', String(await freePorts())])
    if (code !== 0) throw new Error(errors)
  })
  afterAll(() => terrace(['down', 'notes']))

  const tables = (...via: readonly string[]) =>
    terrace(['connect', 'notes', 'db', ...via, '--', PATIENCE, '--batch', '-e', 'SHOW TABLES'])

  it('N-09: leads through the bastion, which lists the tables of the notes', async () => {
    const { code, out } = await tables()
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual(expect.arrayContaining(['Tables_in_notes', 'notes', 'schema_migrations']))
  })

  it('N-09, N-10: is silence from anywhere else: NGINX has no way to port 3306', async () => {
    const { code, out, errors } = await tables('--via', 'notes-front-1')
    expect(code).not.toBe(0)
    expect(out).not.toContain('Tables_in_notes')
    expect(errors).toMatch(/reading initial communication packet|timed? ?out|time-out|silen/i)
  })
})
