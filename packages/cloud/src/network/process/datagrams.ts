// Loaded into workloads: imports nothing.
import dgram, { type Socket } from 'node:dgram'

type Callback = (error: Error | null, bytes: number) => void

/**
 * Makes UDP silent: what is sent is taken and lost, and no port of the machine but one on loopback is bound.
 * differs: the network here carries TCP alone
 */
export function installDatagrams(): void {
  const { bind } = dgram.Socket.prototype
  Object.assign(dgram.Socket.prototype, {
    send(this: Socket, message: unknown, ...rest: unknown[]) {
      const callback = rest.at(-1)
      const bytes = sizeOf(message)
      if (typeof callback === 'function') process.nextTick(callback as Callback, null, bytes)
    },
    bind(this: Socket, ...parameters: unknown[]) {
      const callback = parameters.findLast(value => typeof value === 'function')
      const [first] = parameters
      const options = typeof first === 'object' && first !== null ? first : { port: first }
      const port = Number(Reflect.get(options, 'port')) || 0
      const result = Reflect.apply(bind, this, [{ port: 0, address: '127.0.0.1', exclusive: true }, callback])
      if (port !== 0) {
        const address = { address: '0.0.0.0', family: 'IPv4', port, size: 0 }
        Object.defineProperty(this, 'address', { value: () => address, configurable: true })
      }
      return result
    },
  })
}

const sizeOf = (message: unknown): number => {
  if (typeof message === 'string') return Buffer.byteLength(message)
  if (Array.isArray(message)) return message.reduce((sum: number, part) => sum + sizeOf(part), 0)
  return ArrayBuffer.isView(message) ? message.byteLength : 0
}
