import { connect, type Socket } from 'node:net'
import type { Instance } from '../../../../ports.ts'
import type { World } from '../../../../world.ts'
import type { ChannelEnd, ChannelOutput } from './data-channel.ts'

/**
 * A connection from the instance to a port, its own or another host's: as everything from there it is decided by routes and
 * rules, and one that is denied stays silent.
 */
export async function openPort(
  world: World,
  instance: Instance,
  host: string,
  port: number,
  output: ChannelOutput,
): Promise<ChannelEnd> {
  const network = await world.ports.need('network')
  const relay = await network.openRelay(instance.networkInterface, host, port)
  let current: Socket | undefined
  const dial = (): Socket => {
    const socket = connect(relay.socket)
    socket.on('data', data => output.send(data))
    let answered = false
    socket.once('data', () => {
      answered = true
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (current !== socket) return
      current = undefined
      if (!answered) output.connectionFailed()
    })
    return socket
  }
  // The server may speak first, as a database does: the agent is connected before its client is.
  current = dial()
  return {
    input(data) {
      current ??= dial()
      current.write(data)
    },
    resize() {},
    disconnect() {
      const ended = current
      current = dial()
      ended?.destroy()
    },
    async close() {
      const ended = current
      current = undefined
      ended?.destroy()
      relay.close()
    },
  }
}
