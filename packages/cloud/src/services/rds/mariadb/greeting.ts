import { connect } from 'node:net'

/**
 * Whether a MySQL or MariaDB server answers on a socket: it speaks first, with a packet whose payload begins with the
 * protocol's version, 10. (MySQL Internals, "Connection Phase Packets": Protocol::HandshakeV10.)
 */
export function greets(socketPath: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(socketPath)
    const settle = (answers: boolean) => {
      socket.destroy()
      resolve(answers)
    }
    let received = Buffer.alloc(0)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      // Three bytes of length and one of sequence come before the payload.
      if (received.length > 4) settle(received[4] === 10)
    })
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
  })
}
