import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Connections } from './connections.ts'
import { LiveView } from './live-view.ts'
import type { FlowReport } from './view.ts'

let folder: string
let server: net.Server
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conn-'))
  server = net.createServer(socket => socket.pipe(socket)).listen(join(folder, '80'))
  await once(server, 'listening')
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a connection that lasts', () => {
  it('is reported every ten seconds in which it carried something, and at its end', async () => {
    const clock = new VirtualClock()
    const flows: FlowReport[] = []
    const timers = {
      now: () => clock.now(),
      after: clock.after.bind(clock),
      every: clock.every.bind(clock),
      random: () => 0,
    }
    const connections = new Connections(timers, ({ flow }) => flow && flows.push(flow))
    const view = new LiveView({
      version: 1,
      own: { address: '10.0.0.4' },
      reach: [{ address: '10.0.0.5', folder, ports: [[80, 80]] }],
      doors: {},
    })
    const socket = net.connect({ path: join(folder, '80') })
    await once(socket, 'connect')
    connections.opened(socket, { address: '10.0.0.5', port: 80, fromPort: 40_000, preface: 0 }, view)
    const say = async (text: string) => {
      socket.write(text)
      await once(socket, 'data')
      await clock.advance(seconds(10))
    }
    await say('12345')
    await clock.advance(seconds(10))
    await say('123')
    socket.end('1')
    socket.resume()
    await once(socket, 'close')
    const place = { address: '10.0.0.5', port: 80, fromPort: 40_000 }
    expect(flows).toEqual([
      { ...place, sent: 5, received: 5, lasted: 10_000, part: 'first' },
      { ...place, sent: 3, received: 3, lasted: 20_000, part: 'middle' },
      { ...place, sent: 1, received: 1, lasted: 0, part: 'last' },
    ])
  })
})
