import { once } from 'node:events'
import { createServer, IncomingMessage, request } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { expect, it } from 'vitest'
import { bytesOf, letThrough } from './request.ts'

it('a body that is let through ends, though whoever read it lets go of it later', async () => {
  const message = new IncomingMessage(new Socket())
  const reading = bytesOf(message)
  message.push(Buffer.alloc(8))
  await reading.next()
  letThrough(message)
  const ended = once(message, 'end')
  for (let chunk = 0; chunk < 50; chunk++) message.push(Buffer.alloc(8))
  await reading.return(undefined)
  message.push(null)
  await ended
  expect(message.readableEnded).toBe(true)
})

it('a connection goes on after a body that was read in part', async () => {
  const server = createServer(async (message, response) => {
    for await (const _ of bytesOf(message)) break
    letThrough(message)
    response.end('enough')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sent = request({ host: '127.0.0.1', port, method: 'PUT', headers: { 'content-length': 4_000_000 } })
  sent.end(Buffer.alloc(4_000_000))
  const [answer] = await once(sent, 'response')
  answer.resume()
  await once(answer, 'end')
  await once(sent, 'close')
  server.close()
  expect(answer.statusCode).toBe(200)
})
