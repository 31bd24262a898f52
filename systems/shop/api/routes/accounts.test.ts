import { days, minutes } from '@terrace/kit'
import { expect, it } from 'vitest'
import { Client, PASSWORD } from '../testing/client.ts'
import { describeShop } from '../testing/running-shop.ts'

describeShop('accounts', start => {
  it('S-15: somebody signs up, logs in, is known, and logs out', async () => {
    await using shop = await start()
    const client = shop.visitor()
    const signedUp = await client.post('/api/accounts', {
      email: 'Alice@example.com',
      password: PASSWORD,
      name: 'Alice',
    })
    expect([signedUp.status, signedUp.body]).toEqual([201, { email: 'Alice@example.com', name: 'Alice' }])
    expect((await client.get('/api/sessions/current')).body.account).toBe(null)
    const loggedIn = await client.logIn('alice@example.com', PASSWORD)
    expect([loggedIn.status, loggedIn.body.account]).toEqual([
      201,
      { id: expect.any(Number), email: 'Alice@example.com', name: 'Alice', role: 'customer' },
    ])
    expect((await client.get('/api/sessions/current')).body.account.name).toBe('Alice')
    expect((await client.delete('/api/sessions/current')).status).toBe(204)
    expect((await client.get('/api/sessions/current')).body.account).toBe(null)
  })

  it('S-15: a session that was logged out is worth nothing when its cookie is replayed', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const stolen = new Client(shop.url)
    stolen.cookie = client.cookie
    expect((await stolen.get('/api/orders')).status).toBe(200)
    await client.delete('/api/sessions/current')
    expect((await stolen.get('/api/orders')).status).toBe(401)
  })

  it('S-15: forged and expired sessions are no sessions', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const forged = new Client(shop.url)
    forged.cookie = `${client.cookie.slice(0, -3)}abc`
    expect((await forged.get('/api/orders')).status).toBe(401)
    shop.travel(days(1))
    expect((await client.get('/api/orders')).status).toBe(401)
  })

  it('S-15: the id changes at the log-in, so that a planted one is worth nothing', async () => {
    await using shop = await start()
    await shop.visitor().join('alice@example.com')
    const victim = shop.visitor()
    await victim.get('/api/sessions/current')
    const planted = new Client(shop.url)
    planted.cookie = victim.cookie
    await victim.logIn('alice@example.com', PASSWORD)
    expect((await victim.get('/api/orders')).status).toBe(200)
    expect((await planted.get('/api/orders')).status).toBe(401)
  })

  it('S-15: passwords are stored with Argon2id alone, sessions as hashes', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const accounts = await shop.db.selectFrom('accounts').selectAll().execute()
    for (const { password_hash } of accounts) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const [, payload = ''] = client.cookie.split('=')
    const { id } = JSON.parse(Buffer.from(payload.split('.')[0] ?? '', 'base64url').toString())
    const everything = JSON.stringify([accounts, await shop.db.selectFrom('sessions').selectAll().execute()])
    for (const secret of [PASSWORD, id]) expect(everything).not.toContain(secret)
  })

  it('S-15: a changed password ends all other sessions, and the old one is refused', async () => {
    await using shop = await start()
    const here = await shop.visitor().join('alice@example.com')
    const elsewhere = shop.visitor()
    await elsewhere.logIn('alice@example.com', PASSWORD)
    const change = (currentPassword: string, newPassword: string) =>
      here.put('/api/accounts/current/password', { currentPassword, newPassword })
    expect((await change('not the password', 'another good password')).body.errors).toEqual([
      { path: 'currentPassword', message: 'is wrong' },
    ])
    expect((await elsewhere.get('/api/orders')).status).toBe(200)
    const changed = await change(PASSWORD, 'another good password')
    expect([changed.status, changed.body.account.email]).toEqual([200, 'alice@example.com'])
    expect((await here.get('/api/orders')).status).toBe(200)
    expect((await elsewhere.get('/api/orders')).status).toBe(401)
    expect((await shop.visitor().logIn('alice@example.com', PASSWORD)).status).toBe(401)
    expect((await shop.visitor().logIn('alice@example.com', 'another good password')).status).toBe(201)
  })

  it('S-15: a sign-up with a known address answers as with a new one, changes nothing, and mails the owner', async () => {
    await using shop = await start()
    await shop.startWorker()
    await shop.visitor().join('alice@example.com')
    const again = await shop
      .visitor()
      .post('/api/accounts', { email: 'ALICE@example.com', password: 'a quite different one', name: 'Mallory' })
    expect([again.status, again.body]).toEqual([201, { email: 'ALICE@example.com', name: 'Mallory' }])
    await shop.aws.untilMails(mails => mails.length === 1)
    const [mail] = shop.aws.mails
    expect(mail).toMatchObject({ to: 'alice@example.com', subject: 'You have an account already' })
    expect(JSON.stringify(mail)).not.toContain('Mallory')
    expect((await shop.visitor().logIn('alice@example.com', PASSWORD)).status).toBe(201)
    expect((await shop.visitor().logIn('alice@example.com', 'a quite different one')).status).toBe(401)
  })

  it('S-15: a wrong password and an unknown address are answered alike', async () => {
    await using shop = await start()
    await shop.visitor().join('alice@example.com')
    const wrong = await shop.visitor().logIn('alice@example.com', 'not the password')
    const unknown = await shop.visitor().logIn('nobody@example.com', 'not the password')
    expect(wrong.status).toBe(401)
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body])
  })

  it('S-15: log-ins into one account are limited, also when they come at once, and for the right password too', async () => {
    await using shop = await start()
    await shop.visitor().join('alice@example.com')
    const tries = await Promise.all(
      Array.from({ length: 10 }, () => shop.visitor().logIn('alice@example.com', 'not the password')),
    )
    expect(tries.map(({ status }) => status)).toEqual(tries.map(() => 401))
    const refused = await shop.visitor().logIn('Alice@Example.com', PASSWORD)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    shop.travel(minutes(15))
    expect((await shop.visitor().logIn('alice@example.com', PASSWORD)).status).toBe(201)
  })

  it('S-15: log-ins of one client are limited, by what our own proxies saw and not by what it claims', async () => {
    await using shop = await start()
    const from = (address: string) => ({ 'x-forwarded-for': `6.6.6.6, ${address}, 10.0.0.1, 10.0.1.1` })
    const attempts = Array.from({ length: 100 }, (_, index) => index)
    for (const index of attempts)
      await shop.visitor().logIn(`user${index}@example.com`, 'not the password', from('198.51.100.7'))
    const other = (address: string) => shop.visitor().logIn('another@example.com', 'not the password', from(address))
    expect((await other('198.51.100.7')).status).toBe(429)
    expect((await other('198.51.100.8')).status).toBe(401)
  })

  it.each([
    ['too short', { password: 'elevenchars' }, 'password', 'must have at least 12 characters'],
    ['too long', { password: 'ab'.repeat(65) }, 'password', 'must have at most 128 characters'],
    ['common', { password: 'Password1234' }, 'password', 'is one of the most common passwords; choose another one'],
    [
      'of one letter',
      { password: 'aaaaaaaaaaaaaa' },
      'password',
      'is one of the most common passwords; choose another one',
    ],
    ['an address without a host', { email: 'alice' }, 'email', 'must be a mail address such as alice@example.com'],
    [
      'an address that ends a header',
      { email: 'alice@example.com\r\nBcc: mallory@example.com' },
      'email',
      'must be a mail address such as alice@example.com',
    ],
    [
      'two addresses',
      { email: 'a@example.com, b@example.com' },
      'email',
      'must be a mail address such as alice@example.com',
    ],
    ['no name', { name: ' ' }, 'name', 'must not be empty'],
    ['a name that ends a header', { name: 'Alice\r\nBcc: x' }, 'name', 'must not contain control characters'],
    ['a name that is too long', { name: 'x'.repeat(101) }, 'name', 'must have at most 100 characters, has 101'],
  ])(
    'S-15: a sign-up with something wrong (%s) is refused at the field, and nothing is stored',
    async (_title, wrong, path, message) => {
      await using shop = await start()
      const good = { email: 'alice@example.com', password: PASSWORD, name: 'Alice' }
      const { status, body } = await shop.visitor().post('/api/accounts', { ...good, ...wrong })
      expect([status, body.errors]).toEqual([422, [{ path, message }]])
      expect(await shop.db.selectFrom('accounts').select('email').where('role', '=', 'customer').execute()).toEqual([])
    },
  )

  it('S-15: an oversized body is refused', async () => {
    await using shop = await start()
    const { status } = await shop.visitor().post('/api/accounts', { email: 'a@example.com', name: 'x'.repeat(70_000) })
    expect(status).toBe(413)
  })

  it('S-15: changes need the CSRF token of the session', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    client.csrfToken = ''
    expect((await client.delete('/api/sessions/current')).status).toBe(403)
    expect((await client.order([{ productId: 1, quantity: 1 }], 'a')).status).toBe(403)
    const cross = await shop
      .visitor()
      .post('/api/sessions', { email: 'a@example.com', password: PASSWORD }, { origin: 'https://evil.example.net' })
    expect(cross.status).toBe(403)
  })
})
