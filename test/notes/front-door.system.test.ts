import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { startNotes } from './running.ts'

const CAN_RUN = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!CAN_RUN)('the way into the notes (needs MariaDB and NGINX)', () => {
  let notes: Running
  beforeAll(async () => {
    notes = await startNotes()
  })
  afterAll(() => notes.stop())

  const authority = () => readFileSync(join(notes.stateFolder, 'certificates/terrace-public.pem'))

  it('N-05: is NGINX with its own certificate for the domain, which a client that trusts the public authority takes', async () => {
    const { hostname, port, host } = new URL(notes.site)
    const page = await new Promise<{
      status: number | undefined
      server: string | undefined
      names: string | undefined
    }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          servername: hostname,
          path: '/',
          ca: authority(),
          headers: { Host: host },
          agent: false,
        },
        answer => {
          answer.resume()
          const { socket } = answer
          const names = socket instanceof TLSSocket ? socket.getPeerCertificate().subjectaltname : undefined
          resolve({ status: answer.statusCode, server: answer.headers.server?.toString(), names })
        },
      )
      sent.on('error', reject)
      sent.end()
    })
    expect(page).toEqual({ status: 200, server: 'nginx', names: `DNS:${hostname}` })
  })

  it('N-05: redirects plain HTTP to HTTPS', async () => {
    const { hostname, port } = new URL(notes.site)
    const { status, headers } = await call(`http://${hostname}:${Number(port) + 1}/notes/1?x=y`)
    expect([status, headers.location]).toEqual([301, `https://${hostname}:${port}/notes/1?x=y`])
  })

  it('N-06: the balancer’s own name leads nowhere from outside', async () => {
    const [balancer] = notes.architecture.nodes.filter(({ kind }) => kind === 'loadBalancer')
    const name = balancer && 'dnsName' in balancer ? String(balancer.dnsName) : ''
    const { port } = new URL(notes.site)
    expect((await call(`http://${name}:${port}/`)).status).toBe(404)
  })

  it('N-05: keeps the name open when one NGINX is ended', async () => {
    const { cloud, site } = notes
    const front = (await cloud.status()).tiers.find(({ name }) => name.includes('front'))
    const pid = front?.instances[0]?.processes[0]?.pid ?? 0
    const noted = cloud.journal.next(({ kind }) => kind === 'route53.unhealthy')
    process.kill(pid, 'SIGKILL')
    // Until the last of its workers is gone one may take a connection and drop it.
    await expect.poll(() => isThere(-pid), { interval: 5 }).toBe(false)
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call(`${site}/`)).status))
    expect(statuses).toEqual(statuses.map(() => 200))
    await noted
  })
})

/** Whether a process is there; of a negative number, any of its group. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
