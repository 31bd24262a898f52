import { minutes, secureRandom, VirtualClock } from '@terrace/kit'
import Fastify from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'
import { connect, type Database } from '../database/connect.ts'
import { type App, serializerCompiler, validatorCompiler, type ZodTypeProvider } from '../http/app.ts'
import { Problem } from '../http/problem.ts'
import { addSessions } from '../sessions/add-sessions.ts'
import { sessionSchemaOf } from './account-schemas.ts'
import { LogIns } from './log-ins.ts'
import { addOwnRoutes } from './own-routes.ts'
import { hashPassword } from './password-hash.ts'
import type { AccountTables } from './tables.ts'
import { countTry, logInsOf, logInsOfClient } from './tries.ts'
import { Visitors } from './visitors.ts'

interface Account {
  readonly id: number
  readonly name: string
}

const ALICE: Account = { id: 1, name: 'Alice' }
const PASSWORD = 'four quiet green boats'

const sessionSchema = sessionSchemaOf(z.object({ id: z.int(), name: z.string() }))

let clock: VirtualClock
let database: Database<AccountTables>
let app: App
let passwordHash: string

beforeEach(async () => {
  clock = new VirtualClock()
  database = connect<AccountTables>({ kind: 'sqlite', file: ':memory:' }, clock)
  await makeTables()
  passwordHash = await hashPassword(PASSWORD)
  app = await start()
})
afterEach(async () => {
  await app.close()
  await database.close()
})

async function makeTables(): Promise<void> {
  const { schema } = database.db
  await schema
    .createTable('sessions')
    .addColumn('id_hash', 'text', column => column.primaryKey())
    .addColumn('account_id', 'integer')
    .addColumn('ends_at', 'integer')
    .execute()
  await schema
    .createTable('attempts')
    .addColumn('bucket', 'text')
    .addColumn('window_start', 'integer')
    .addColumn('tries', 'integer')
    .addPrimaryKeyConstraint('attempts_key', ['bucket', 'window_start'])
    .execute()
}

/** An application with one account, which is named in whichever case. */
async function start(): Promise<App> {
  const made: App = Fastify().withTypeProvider<ZodTypeProvider>()
  made.setValidatorCompiler(validatorCompiler)
  made.setSerializerCompiler(serializerCompiler)
  made.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Problem ? error.status : 500).send({ detail: String(error) }),
  )
  addSessions(made, { secrets: ['a secret of thirty-two characters'], clock, random: secureRandom })
  const visitors = new Visitors<AccountTables, Account>(database, async hashes => {
    const rows = await database.db.selectFrom('sessions').select('id_hash').where('id_hash', 'in', hashes).execute()
    return rows.map(({ id_hash }) => ({ id_hash, ...ALICE }))
  })
  const logIns = new LogIns<AccountTables, Account>({
    database,
    visitors,
    proxies: 0,
    refusal: 'The name or the password is wrong',
    store: {
      find: async name => (name.toLowerCase() === 'alice' ? { account: ALICE, passwordHash } : undefined),
      nameOf: ({ name }) => name,
      logInsOf: name => logInsOf(name.toLowerCase()),
      passwordHashOf: async () => passwordHash,
      setPasswordHash: async (_id, hash) => {
        passwordHash = hash
      },
    },
  })
  const credentials = z.object({ name: z.string(), password: z.string() })
  made.post('/api/sessions', { config: { csrf: 'origin' }, schema: { body: credentials } }, request =>
    logIns.logIn(request, request.body.name, request.body.password),
  )
  addOwnRoutes(made, logIns, sessionSchema)
  await made.ready()
  return made
}

/** Somebody's browser. */
function visitor() {
  let cookie = ''
  let csrfToken = ''
  return {
    async send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
      const headers = { cookie, 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-origin' }
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
      cookie = String(answer.headers['set-cookie'] ?? cookie).split(';', 1)[0] ?? ''
      const body = answer.body === '' ? undefined : answer.json()
      csrfToken = body?.csrfToken ?? csrfToken
      return { status: answer.statusCode, body }
    },
    logIn(name = 'Alice', password = PASSWORD) {
      return this.send('POST', '/api/sessions', { name, password })
    },
    who() {
      return this.send('GET', '/api/sessions/current')
    },
  }
}

it('whoever knows the password is let in, is known from then on, and leaves', async () => {
  const alice = visitor()
  expect((await alice.who()).body.account).toBe(null)
  expect((await alice.logIn('ALICE')).body.account).toEqual(ALICE)
  expect((await alice.who()).body.account).toEqual(ALICE)
  expect((await alice.send('DELETE', '/api/sessions/current')).status).toBe(204)
  expect((await alice.who()).body.account).toBe(null)
})

it('a wrong password and an unknown name are refused with the same words', async () => {
  const wrong = await visitor().logIn('Alice', 'not the password')
  expect(wrong.status).toBe(401)
  expect(await visitor().logIn('nobody', PASSWORD)).toEqual(wrong)
})

it('ten wrong passwords in a quarter of an hour are the most, however the name is written and all at once', async () => {
  const tries = Array.from({ length: 10 }, (_, index) =>
    visitor().logIn(index % 2 ? 'alice' : 'ALICE', 'not the password'),
  )
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 401))
  expect((await visitor().logIn()).status).toBe(429)
  await clock.advance(minutes(15))
  expect((await visitor().logIn()).status).toBe(200)
})

it('a log-in forgets the tries before it', async () => {
  for (let count = 0; count < 9; count++) await visitor().logIn('Alice', 'not the password')
  await visitor().logIn()
  expect((await visitor().logIn('Alice', 'not the password')).status).toBe(401)
  expect((await visitor().logIn()).status).toBe(200)
})

it('one client tries a hundred times, at whichever accounts', async () => {
  for (let count = 0; count < 99; count++) await countTry(database, logInsOfClient('127.0.0.1'))
  expect((await visitor().logIn('somebody else', 'not the password')).status).toBe(401)
  expect((await visitor().logIn()).status).toBe(429)
})

it('a changed password ends every other session, and the old one lets nobody in', async () => {
  const here = visitor()
  const elsewhere = visitor()
  await here.logIn()
  await elsewhere.logIn()
  const change = { currentPassword: PASSWORD, newPassword: 'five loud yellow ships' }
  expect((await here.send('PUT', '/api/accounts/current/password', change)).body.account).toEqual(ALICE)
  expect((await here.who()).body.account).toEqual(ALICE)
  expect((await elsewhere.who()).body.account).toBe(null)
  expect((await visitor().logIn()).status).toBe(401)
  expect((await visitor().logIn('Alice', 'five loud yellow ships')).status).toBe(200)
})

it('a change of password needs the current one, and counts as a try', async () => {
  const alice = visitor()
  await alice.logIn()
  const change = { currentPassword: 'not the password', newPassword: 'five loud yellow ships' }
  const statuses: number[] = []
  for (let count = 0; count < 11; count++)
    statuses.push((await alice.send('PUT', '/api/accounts/current/password', change)).status)
  expect(statuses).toEqual([...Array(10).fill(422), 429])
  expect((await visitor().send('PUT', '/api/accounts/current/password', change)).status).toBe(403)
})
