// A client that is measured, with the preload and without: `node client.ts <connect|stream> <count> <host:port | path>`.
// Prints one JSON array: milliseconds of each connection, or of each round its megabytes a second and its processor time
// in microseconds a megabyte, in turns.
import { once } from 'node:events'
import net from 'node:net'

const [, , what, count, to = ''] = process.argv

const target = (): net.NetConnectOpts => {
  if (to.startsWith('/')) return { path: to }
  const [host = '', port] = to.split(':')
  return { host, port: Number(port) }
}

async function open(more: object = {}): Promise<net.Socket> {
  const socket = net.connect({ ...target(), ...more })
  await once(socket, 'connect')
  return socket
}

/** From the call to the first answered byte: what an application waits for. */
async function connections(wanted: number): Promise<number[]> {
  const times: number[] = []
  for (let done = 0; done < wanted; done++) {
    const began = performance.now()
    const socket = await open()
    socket.write('e')
    await once(socket, 'data')
    times.push(performance.now() - began)
    socket.destroy()
    await once(socket, 'close')
  }
  return times
}

const ROUND_MEGABYTES = 256
const ROUND_BYTES = ROUND_MEGABYTES * 1024 * 1024
const CHUNK = Buffer.alloc(64 * 1024, 's')

/** Half of the bytes go out and come back: reading and writing both count. */
async function streams(rounds: number): Promise<number[]> {
  const rates: number[] = []
  let received = 0
  let enough: (() => void) | undefined
  // Into one buffer: a new one for each chunk would measure the garbage collector, which works another way for every
  // size of heap, and so for every module that is loaded.
  const callback = (bytes: number) => {
    received += bytes
    if (received >= ROUND_BYTES) enough?.()
    return true
  }
  const socket = await open({ onread: { buffer: Buffer.alloc(CHUNK.length), callback } })
  for (let round = 0; round < rounds; round++) {
    received = 0
    const all = new Promise<void>(resolve => {
      enough = resolve
    })
    const began = performance.now()
    const used = process.cpuUsage()
    for (let sent = 0; sent < ROUND_BYTES; sent += CHUNK.length) {
      if (!socket.write(CHUNK)) await once(socket, 'drain')
    }
    await all
    const { user, system } = process.cpuUsage(used)
    rates.push(ROUND_MEGABYTES / ((performance.now() - began) / 1000), (user + system) / ROUND_MEGABYTES)
  }
  socket.destroy()
  return rates
}

// The first ones warm up what is loaded and compiled on first use.
if (what === 'connect') {
  await connections(200)
  console.log(JSON.stringify(await connections(Number(count))))
} else {
  console.log(JSON.stringify((await streams(Number(count) + 1)).slice(2)))
}
process.exit()
