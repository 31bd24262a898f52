import { Worker } from 'node:worker_threads'
import { type Stop, TerraceError } from '@terrace/kit'
import type { World } from '../world.ts'
import type { FromDataPlane, ToDataPlane } from './messages.ts'

type Health = Extract<FromDataPlane, { type: 'health' }>
type Drained = Extract<FromDataPlane, { type: 'drained' }>

/** The control plane's side of the data plane. */
export interface DataPlane {
  send(message: ToDataPlane): void
  /** Opens the public ports; 0 lets the system choose. @throws TerraceError CLOUD_PORT_IN_USE */
  listen(port: number, httpPort: number): Promise<{ readonly port: number; readonly httpPort: number }>
  onHealth(listener: (health: Health) => void): Stop
  onDrained(listener: (drained: Drained) => void): Stop
  /** Completes the requests under way, then ends. */
  stop(): Promise<void>
}

/** Starts the data plane in a thread of its own. */
export function startDataPlane(world: Pick<World, 'logs' | 'journal'>): DataPlane {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { name: 'data plane' })
  const listeners = new Set<(message: FromDataPlane) => void>()
  worker.on('message', (message: FromDataPlane) => {
    if (message.type === 'log') for (const line of message.lines) world.logs.write('access', message.resource, line)
    for (const listener of [...listeners]) listener(message)
  })
  worker.on('error', error => {
    world.journal.write({ kind: 'dataplane.failed', message: `the data plane failed: ${error.message}` })
    throw error
  })
  const subscribe = (listener: (message: FromDataPlane) => void): Stop => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const next = <T extends FromDataPlane['type']>(...types: T[]): Promise<Extract<FromDataPlane, { type: T }>> =>
    new Promise(resolve => {
      const stop = subscribe(message => {
        if (!types.some(type => type === message.type)) return
        stop()
        resolve(message as Extract<FromDataPlane, { type: T }>)
      })
    })
  const send = (message: ToDataPlane) => worker.postMessage(message)
  return {
    send,
    async listen(port, httpPort) {
      const answer = next('listening', 'listenFailed')
      send({ type: 'listen', port, httpPort })
      const result = await answer
      if (result.type === 'listening') return result
      throw new TerraceError(
        'CLOUD_PORT_IN_USE',
        `port ${port} or ${httpPort} can't be opened on 127.0.0.1: ${result.code}`,
        {
          hint: 'end the program that uses it, or choose another one with --port',
        },
      )
    },
    onHealth: listener => subscribe(message => message.type === 'health' && listener(message)),
    onDrained: listener => subscribe(message => message.type === 'drained' && listener(message)),
    async stop() {
      const stopped = next('stopped')
      send({ type: 'stop' })
      await stopped
      await worker.terminate()
    },
  }
}
