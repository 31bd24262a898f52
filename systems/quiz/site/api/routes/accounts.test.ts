import { minutes } from '@terrace/kit'
import { expect, it } from 'vitest'
import { PASSWORD } from '../testing/client.ts'
import { describeSite } from '../testing/running-site.ts'

describeSite('accounts', start => {
  it('Q-01: an author signs up with a name, logs in however it is written, is known, and logs out', async () => {
    await using site = await start()
    const client = site.visitor()
    const signedUp = await client.post('/api/accounts', { username: 'Ängström', password: PASSWORD })
    expect([signedUp.status, signedUp.body]).toEqual([201, { id: expect.any(Number), username: 'Ängström' }])
    expect((await client.get('/api/sessions/current')).body.account).toBe(null)
    expect((await client.logIn('A\u0308NGSTRÖM')).body.account.username).toBe('Ängström')
    expect((await client.get('/api/sessions/current')).body.account.username).toBe('Ängström')
    expect((await client.delete('/api/sessions/current')).status).toBe(204)
    expect((await client.get('/api/quizzes')).status).toBe(401)
  })

  it('Q-01: a name that is taken is refused at its field', async () => {
    await using site = await start()
    await site.visitor().join('alice')
    const { status, body } = await site.visitor().post('/api/accounts', { username: 'ALICE', password: PASSWORD })
    expect([status, body.errors]).toEqual([409, [{ path: 'username', message: 'is taken; choose another one' }]])
    expect((await site.visitor().logIn('alice')).status).toBe(201)
  })

  it('Q-01: a wrong password and an unknown name are answered alike, and log-ins are limited', async () => {
    await using site = await start()
    await site.visitor().join('alice')
    const wrong = await site.visitor().logIn('alice', 'not the password')
    const unknown = await site.visitor().logIn('nobody', 'not the password')
    expect([unknown.status, unknown.body]).toEqual([401, wrong.body])
    for (let count = 1; count < 10; count++) await site.visitor().logIn('alice', 'not the password')
    expect((await site.visitor().logIn('alice')).status).toBe(429)
    site.travel(minutes(15))
    expect((await site.visitor().logIn('alice')).status).toBe(201)
  })

  it('Q-01: a changed password ends all other sessions', async () => {
    await using site = await start()
    const here = await site.visitor().join('alice')
    const elsewhere = site.visitor()
    await elsewhere.logIn('alice')
    const change = { currentPassword: PASSWORD, newPassword: 'another good password' }
    expect((await here.put('/api/accounts/current/password', change)).status).toBe(200)
    expect((await here.get('/api/quizzes')).status).toBe(200)
    expect((await elsewhere.get('/api/quizzes')).status).toBe(401)
  })

  it('Q-01: changes need the CSRF token of the session, and players need no session', async () => {
    await using site = await start()
    const client = await site.visitor().join('alice')
    client.csrfToken = ''
    expect((await client.post('/api/quizzes', { title: 'x' })).status).toBe(403)
    const file = new Uint8Array(10)
    expect((await client.upload(file)).status).toBe(403)
  })

  it.each([
    ['short', 'al'],
    ['long', 'x'.repeat(33)],
    ['a mail address', 'alice@example.com'],
    ['with spaces', 'alice b'],
    ['of script', '<script>'],
    ['with a NUL', 'ali\u0000ce'],
  ])('Q-01: a name that is %s is refused', async (_title, username) => {
    await using site = await start()
    const { status, body } = await site.visitor().post('/api/accounts', { username, password: PASSWORD })
    expect([status, body.errors?.[0].path]).toEqual([422, 'username'])
    expect((await site.visitor().logIn('nul\u0000')).status).toBe(422)
  })
})
