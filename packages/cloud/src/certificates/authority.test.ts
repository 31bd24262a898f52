import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { days, messageOf, systemClock, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Authority, type Issued, openAuthority } from './authority.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terrace-ca-'))
})
afterEach(() => rm(folder, { recursive: true }))

const openPublic = () =>
  openAuthority({ folder, name: 'Terrace public', clock: systemClock, constrainedTo: ['localhost'] })

/** What a Node client that trusts the authority says of a server with that certificate. */
async function verdict(authority: Authority, issued: Issued, servername: string): Promise<string> {
  const server = createServer({ cert: issued.certificate, key: issued.key }, socket => socket.end())
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    servername,
    ca: authority.certificate,
  })
  try {
    await once(socket, 'secureConnect')
    return 'accepted'
  } catch (error) {
    return messageOf(error)
  } finally {
    socket.destroy()
    server.close()
  }
}

describe('an authority constrained to localhost', () => {
  it('vouches for names under localhost, wildcards too (L-10)', async () => {
    const authority = await openPublic()
    const exact = await authority.issue(['library.localhost', '*.library.localhost'])
    expect(await verdict(authority, exact, 'library.localhost')).toBe('accepted')
    expect(await verdict(authority, exact, 'app.library.localhost')).toBe('accepted')
    expect(await verdict(authority, exact, 'a.app.library.localhost')).toMatch(/does not match|altnames/i)
  })

  it('cannot vouch for any other name or address', async () => {
    const authority = await openPublic()
    expect(await verdict(authority, await authority.issue(['example.com']), 'example.com')).toMatch(/permitted subtree/)
    const mixed = await authority.issue(['library.localhost', '192.0.2.1'])
    expect(await verdict(authority, mixed, 'library.localhost')).toMatch(/permitted subtree/)
  })

  it('may name loopback addresses', async () => {
    const authority = await openPublic()
    const issued = await authority.issue(['localhost', '127.0.0.1', '::1'])
    expect(await verdict(authority, issued, 'localhost')).toBe('accepted')
  })
})

describe('an authority without constraints', () => {
  it('vouches for the names of AWS', async () => {
    const authority = await openAuthority({ folder, name: 'Terrace internal', clock: systemClock })
    const issued = await authority.issue(['*.s3.us-east-1.amazonaws.com'])
    expect(await verdict(authority, issued, 'site.s3.us-east-1.amazonaws.com')).toBe('accepted')
  })

  it('refuses what is not a name', async () => {
    const authority = await openAuthority({ folder, name: 'Terrace internal', clock: systemClock })
    await expect(authority.issue(['not a name'])).rejects.toThrow(/"not a name"; it must be a DNS name/)
    await expect(authority.issue([])).rejects.toThrow(/at least one name/)
  })
})

describe('keeping an authority', () => {
  it('is made once; keys are for the user alone', async () => {
    const first = await openPublic()
    const again = await openPublic()
    expect(again.certificate).toBe(first.certificate)
    expect((await stat(join(folder, 'terrace-public.key'))).mode & 0o777).toBe(0o600)
    expect(await verdict(again, await first.issue(['localhost']), 'localhost')).toBe('accepted')
  })

  it('opens one that is there in under 20 ms of a processor', async () => {
    await openPublic()
    // Not by the clock: the machine may have other things to do.
    const before = process.threadCpuUsage()
    await openPublic()
    const { user, system } = process.threadCpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(20)
  })

  it('gives the same leaf for the same names, also when asked at once', async () => {
    const authority = await openPublic()
    const [one, other] = await Promise.all([authority.issue(['localhost']), authority.issue(['LOCALHOST'])])
    expect(one.certificate).toBe(other.certificate)
  })

  it('renews leaf and authority when they come close to their end', async () => {
    const clock = new VirtualClock()
    const open = () => openAuthority({ folder, name: 'ca', clock })
    const authority = await open()
    const leaf = await authority.issue(['localhost'])
    await clock.advance(days(22))
    expect((await authority.issue(['localhost'])).certificate).toBe(leaf.certificate)
    await clock.advance(days(2))
    expect((await authority.issue(['localhost'])).certificate).not.toBe(leaf.certificate)
    expect((await open()).certificate).toBe(authority.certificate)
    await clock.advance(days(3600))
    const renewed = await open()
    expect(new X509Certificate(renewed.certificate).validToDate.getTime()).toBeGreaterThan(clock.now() + days(3640))
  })

  it.each([
    ['an empty certificate', 'terrace-public.pem', ''],
    ['a certificate that is none', 'terrace-public.pem', 'nonsense'],
    ['a key that is none', 'terrace-public.key', 'nonsense'],
  ])('says the way out of %s', async (_, file, content) => {
    await openPublic()
    await writeFile(join(folder, file), content)
    await expect(openPublic()).rejects.toMatchObject({
      code: 'CERTIFICATE_AUTHORITY_CORRUPT',
      hint: expect.stringContaining('delete'),
    })
  })

  it('notices a key that belongs to another certificate', async () => {
    await openPublic()
    const other = await openAuthority({ folder, name: 'other', clock: systemClock })
    await writeFile(join(folder, 'terrace-public.pem'), other.certificate)
    await expect(openPublic()).rejects.toThrow(/do not belong together/)
  })
})
