import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { choosePorts, portsFrom } from './choose-ports.ts'
import { portHolder } from './port-holder.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
})

function listen(port: number, host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

describe('the ports of a system', () => {
  it('are the one asked for and the two after it', () => {
    expect(portsFrom(8000)).toEqual({ public: 8000, http: 8001, gateway: 8002 })
  })

  it('are a free block of three when none was asked for', async () => {
    const ports = await choosePorts(undefined)

    expect(ports.public % 10).toBe(0)
    expect([ports.http, ports.gateway]).toEqual([ports.public + 1, ports.public + 2])
  })

  it('move on by ten when something is in the way of any of them', async () => {
    const before = await choosePorts(undefined)
    await listen(before.gateway, '127.0.0.1')

    const after = await choosePorts(undefined)

    expect(after.public).toBeGreaterThanOrEqual(before.public + 10)
  })

  it.each([0, 1, 2])('are refused when the one asked for plus %i is in use, with who holds it', async offset => {
    const taken = await listen(0, '127.0.0.1')

    const failure = await failureOf(() => choosePorts(taken - offset))

    // The two ports before the taken one are ephemeral as well and may be in use by somebody else.
    expect(failure.code).toBe('CLI_PORT_IN_USE')
    expect(failure.hint).toContain('--port')
    if (failure.message.includes(`port ${taken} `)) expect(failure.message).toContain(portHolder(taken) ?? 'in use')
  })
})

describe.skipIf(process.platform !== 'linux')('the holder of a port (known on Linux only)', () => {
  it('is named with its process id', async () => {
    const port = await listen(0, '127.0.0.1')

    expect(portHolder(port)).toMatch(new RegExp(`\\(process ${process.pid}\\)$`))
  })

  it('is unknown when nobody listens', async () => {
    const port = await listen(0, '127.0.0.1')
    await new Promise(resolve => servers.pop()?.close(resolve))

    expect(portHolder(port)).toBeUndefined()
  })
})
