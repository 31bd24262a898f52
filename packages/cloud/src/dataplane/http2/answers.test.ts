import { once } from 'node:events'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { days, systemClock } from '@terrace/kit'
import { expect, it } from 'vitest'
import { makeSelfSignedLeaf } from '../../certificates/make.ts'
import { TEST_CLIENT } from '../http1/testing.ts'
import { Http2Connection } from './connection.ts'

it('an answer over HTTP/2 has each field as often as its target sent it, also those that stand once elsewhere', async () => {
  const made = await makeSelfSignedLeaf({ name: 'localhost', now: Date.now(), validity: days(1) })
  const server = createServer({ cert: made.certificate, key: made.key, ALPNProtocols: ['h2'] }, socket => {
    new Http2Connection({
      socket,
      client: TEST_CLIENT,
      clock: systemClock,
      handler: exchange => {
        exchange.start(200, 'OK', ['X-Content-Type-Options', 'nosniff', 'x-content-type-options', 'nosniff'], 2)
        exchange.write(Buffer.from('ok'))
        exchange.end()
      },
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  try {
    const stream = session.request({ ':path': '/' })
    const [headers, , raw] = (await once(stream, 'response')) as [Record<string, unknown>, number, string[]]
    expect(headers[':status']).toBe(200)
    expect(raw.filter(name => name === 'x-content-type-options')).toHaveLength(2)
  } finally {
    session.destroy()
    server.close()
  }
})
