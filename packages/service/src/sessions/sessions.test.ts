import { days, hours, minutes, secureRandom, VirtualClock } from '@terrace/kit'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type App, serializerCompiler, validatorCompiler, type ZodTypeProvider } from '../http/app.ts'
import { acceptForms } from '../http/forms.ts'
import { Problem } from '../http/problem.ts'
import { addSessions } from './add-sessions.ts'
import { SESSION_COOKIE } from './cookie.ts'

const OLD = 'an older secret of thirty-two characters'
const NEW = 'a newer secret of thirty-two characters.'

let clock: VirtualClock
let app: App

beforeEach(async () => {
  clock = new VirtualClock()
  app = await start([NEW, OLD])
})
afterEach(() => app.close())

/** An application with one page and two forms, of which the second checks the origin alone. */
async function start(secrets: readonly string[]): Promise<App> {
  const made: App = Fastify().withTypeProvider<ZodTypeProvider>()
  made.setValidatorCompiler(validatorCompiler)
  made.setSerializerCompiler(serializerCompiler)
  made.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof Problem ? error.status : 500).send({ detail: String(error) }),
  )
  acceptForms(made)
  addSessions(made, { secrets, clock, random: secureRandom, origins: ['https://shop.example.com'] })
  made.get('/', request => ({
    id: request.session.id,
    known: request.session.isKnown,
    token: request.session.csrfToken(),
    flash: request.session.takeFlash() ?? null,
  }))
  made.get('/picture', (request, reply) => {
    request.session.keep()
    return reply.header('cache-control', 'public, max-age=60').send({})
  })
  made.get('/nothing', () => ({}))
  made.post('/save', request => {
    request.session.flash('Saved')
    return {}
  })
  made.post('/log-in', { config: { csrf: 'origin' } }, request => {
    request.session.renew()
    return {}
  })
  made.post('/leave', request => {
    request.session.end()
    return {}
  })
  await made.ready()
  return made
}

async function get(cookie = '', path = '/') {
  const answer = await app.inject({ url: path, headers: cookie ? { cookie } : {} })
  return { body: answer.json(), cookie: cookieOf(answer.headers['set-cookie']) }
}

async function post(path: string, headers: Record<string, string>, payload = '') {
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'app.example.com', ...headers },
    payload,
  })
  return { status: answer.statusCode, cookie: cookieOf(answer.headers['set-cookie']), body: answer.json() }
}

const cookieOf = (header: number | string | string[] | undefined): string =>
  [header ?? ''].flat().join('').split(';', 1).join('')

describe('a session', () => {
  it('is a signed cookie that scripts, plain connections and other hosts have nothing of', async () => {
    const { headers } = await app.inject('/')
    const text = String(headers['set-cookie'])
    expect(text.startsWith(`${SESSION_COOKIE}=`)).toBe(true)
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=604800']) expect(text).toContain(part)
    expect(text).not.toContain('Domain')
  })

  it('is the same one at the next request, without another cookie', async () => {
    const first = await get()
    const second = await get(first.cookie, '/nothing')
    expect(second.cookie).toBe('')
    expect((await get(first.cookie)).body).toMatchObject({ id: first.body.id, known: true })
  })

  it.each([
    ['changed in its value', (value: string) => `${value.slice(0, 20)}x${value.slice(21)}`],
    ['changed in its signature', (value: string) => `${value.slice(0, -2)}xx`],
    ['without a signature', (value: string) => value.split('.')[0] ?? ''],
    ['empty', () => ''],
    ['something else', () => 'not%20a.session'],
  ])('that is forged (%s) is taken for none', async (_title, forge) => {
    const first = await get()
    const [, value = ''] = first.cookie.split('=')
    const { body } = await get(`${SESSION_COOKIE}=${forge(decodeURIComponent(value))}`)
    expect(body.known).toBe(false)
    expect(body.id).not.toBe(first.body.id)
  })

  it('is over after its lifetime, however busy it was', async () => {
    let { cookie } = await get()
    for (let day = 0; day < 7; day++) {
      expect((await get(cookie)).body.known).toBe(true)
      await clock.advance(hours(23))
      cookie = (await get(cookie)).cookie
    }
    await clock.advance(hours(8))
    expect((await get(cookie)).body.known).toBe(false)
  })

  it('is over when it was idle for a day', async () => {
    const { cookie } = await get()
    await clock.advance(days(1) - 1)
    expect((await get(cookie)).body.known).toBe(true)
    await clock.advance(1)
    expect((await get(cookie)).body.known).toBe(false)
  })

  it('that an older secret signed is still good, and signed anew', async () => {
    const old = await start([OLD])
    const answer = await old.inject('/')
    await old.close()
    const cookie = cookieOf(answer.headers['set-cookie'])
    const second = await get(cookie)
    expect(second.body.known).toBe(true)
    expect(second.cookie).not.toBe('')
    await app.close()
    app = await start([NEW])
    expect((await get(second.cookie)).body.known).toBe(true)
    expect((await get(cookie)).body.known).toBe(false)
  })

  it('never has its cookie in an answer that caches may share', async () => {
    const { cookie } = await get()
    await clock.advance(minutes(5))
    expect((await get(cookie, '/picture')).cookie).toBe('')
  })

  it('shows a message once', async () => {
    const first = await get()
    const saved = await post('/save', { cookie: first.cookie, 'x-csrf-token': first.body.token })
    const second = await get(saved.cookie)
    expect(second.body.flash).toBe('Saved')
    expect((await get(second.cookie)).body.flash).toBe(null)
  })

  it('has another id after a log-in, and none after its end', async () => {
    const first = await get()
    const inside = await post('/log-in', { cookie: first.cookie })
    const second = await get(inside.cookie)
    expect(second.body.known).toBe(true)
    expect(second.body.id).not.toBe(first.body.id)
    const left = await post('/leave', { cookie: inside.cookie, 'x-csrf-token': second.body.token })
    expect([left.status, left.cookie]).toEqual([200, `${SESSION_COOKIE}=`])
  })
})

describe('a request that changes something', () => {
  it('is taken with a token of the session, in a header or in the form', async () => {
    const { cookie, body } = await get()
    expect((await post('/save', { cookie, 'x-csrf-token': body.token })).status).toBe(200)
    expect((await post('/save', { cookie }, `_csrf=${encodeURIComponent(body.token)}`)).status).toBe(200)
  })

  it.each([
    ['no token', async () => ({})],
    ['a made-up token', async () => ({ 'x-csrf-token': 'abc-def' })],
    ["another session's token", async () => ({ 'x-csrf-token': (await get()).body.token })],
  ])('is refused with %s', async (_title, headers) => {
    const { cookie } = await get()
    expect((await post('/save', { cookie, ...(await headers()) })).status).toBe(403)
  })

  it('is refused with a token that fits an id, when no cookie proves the session', async () => {
    const { body } = await get()
    expect((await post('/save', { 'x-csrf-token': body.token })).status).toBe(403)
  })

  it('is refused with the token of before a log-in', async () => {
    const { cookie, body } = await get()
    const inside = await post('/log-in', { cookie })
    expect((await post('/save', { cookie: inside.cookie, 'x-csrf-token': body.token })).status).toBe(403)
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example.net' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://app.example.com' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'https://shop.example.com' }, 200],
    [{ origin: 'https://app.example.com:4430' }, 200],
  ])('from %o is answered with %i, whatever the token', async (headers, status) => {
    const { cookie, body } = await get()
    const all = { cookie, 'x-csrf-token': body.token, ...headers } as Record<string, string>
    expect((await post('/save', all)).status).toBe(status)
    expect((await post('/log-in', headers as Record<string, string>)).status).toBe(status)
  })
})
