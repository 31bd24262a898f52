import type { Worker } from 'node:worker_threads'
import { type Instant, minutes, type Stop, TerraceError } from '@terrace/kit'
import { startThread } from '../thread/thread.ts'
import type { World } from '../world.ts'
import type { FromDataPlane, InvokeFunction, ToDataPlane } from './messages.ts'
import { Remembered } from './remembered.ts'

type Message<T extends FromDataPlane['type']> = Extract<FromDataPlane, { type: T }>

/** The control plane's side of the data plane. */
export interface DataPlane {
  send(message: ToDataPlane): void
  /** Opens the public ports; 0 lets the system choose. @throws TerraceError CLOUD_PORT_IN_USE */
  listen(port: number, httpPort: number): Promise<{ readonly port: number; readonly httpPort: number }>
  onHealth(listener: (health: Message<'health'>) => void): Stop
  onDrained(listener: (drained: Message<'drained'>) => void): Stop
  /** Lines of the access logs of balancers, by node, as they come. */
  onAccessLog(listener: (lines: Message<'accessLog'>) => void): Stop
  /** Lines of the standard logs of distributions, by the distribution's id, as they come. */
  onLog(listener: (lines: Message<'log'>) => void): Stop
  /** What balancers counted, about once a second. */
  onMetrics(listener: (metrics: Message<'metrics'>) => void): Stop
  /** What web ACLs did, about once a second. */
  onFirewall(listener: (report: Message<'firewall'>) => void): Stop
  /** Connections to targets that have ended, and attempts that the network dropped. */
  onFlows(listener: (flows: Message<'flows'>) => void): Stop
  /** Who invokes functions for balancers: one at a time. Without anybody their requests fail. */
  onInvoke(invoke: InvokeFunction): Stop
  /** Completes the requests under way, then ends. */
  stop(): Promise<void>
}

const YOUNG_GENERATION_MB = 64

/** A second failure within this time has to wait for its end. */
const RESTART_INTERVAL = minutes(1)

const nobodyInvokes: InvokeFunction = async () => ({ kind: 'failed', reason: 'LambdaServiceException' })

/**
 * Starts the data plane in a thread of its own. A thread that fails is started again with what it was told, at once, but
 * not more often than once a minute; connections through it are lost.
 */
export function startDataPlane(world: Pick<World, 'logs' | 'journal' | 'realtime'>): DataPlane {
  const { journal, logs, realtime } = world
  const listeners = new Set<(message: FromDataPlane) => void>()
  const remembered = new Remembered()
  let invoke: InvokeFunction = nobodyInvokes
  let stopping = false
  let restartedAt: Instant | undefined
  let stopWaiting: Stop = () => {}
  let worker = open()

  function open(): Worker {
    const opened = startThread(new URL('./worker.ts', import.meta.url), {
      name: 'data plane',
      // Requests live shortly: with room for the young, collections are rare and short.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    opened.on('message', message => receive(message, opened))
    opened.on('error', error => failed(error.message))
    // After an error the thread ends, too: that was said already.
    opened.on('exit', code => opened === worker && failed(`its thread ended with code ${code}`))
    return opened
  }

  function receive(message: FromDataPlane, from: Worker): void {
    if (message.type === 'invoke') {
      const { id, invocation } = message
      // To the thread that has asked: another one counts its own from the beginning.
      void invoke(invocation).then(outcome => from.postMessage({ type: 'invoked', id, outcome } satisfies ToDataPlane))
    }
    if (message.type === 'log') logs.writeAll('access', message.resource, message.lines.text, message.lines.count)
    if (message.type === 'accessLog') logs.writeAll('access', message.name, message.lines.text, message.lines.count)
    if (message.type === 'problem') journal.write({ kind: 'dataplane.problem', message: message.message })
    if (message.type === 'listening') remembered.keep({ ...message, type: 'listen' })
    for (const listener of [...listeners]) listener(message)
  }

  let failing = false
  function failed(because: string): void {
    if (stopping || failing) return
    failing = true
    const wait = restartedAt === undefined ? 0 : Math.max(0, restartedAt + RESTART_INTERVAL - realtime.now())
    const when = wait === 0 ? 'at once' : `in ${Math.ceil(wait / 1000)} s`
    journal.write({
      kind: 'dataplane.failed',
      message: `the data plane failed and starts again ${when}: ${because}`,
      details: { because },
    })
    stopWaiting = realtime.after(wait, restart)
  }

  function restart(): void {
    failing = false
    restartedAt = realtime.now()
    worker = open()
    for (const message of remembered.all()) worker.postMessage(message)
    journal.write({ kind: 'dataplane.restarted', message: 'the data plane has started again' })
  }

  const subscribe = (listener: (message: FromDataPlane) => void): Stop => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const on =
    <T extends FromDataPlane['type']>(type: T) =>
    (listener: (message: Message<T>) => void): Stop =>
      subscribe(message => message.type === type && listener(message as Message<T>))
  const next = <T extends FromDataPlane['type']>(...types: T[]): Promise<Message<T>> =>
    new Promise(resolve => {
      const stop = subscribe(message => {
        if (!types.some(type => type === message.type)) return
        stop()
        resolve(message as Message<T>)
      })
    })
  const send = (message: ToDataPlane) => {
    remembered.keep(message)
    if (!failing) worker.postMessage(message)
  }
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
    onHealth: on('health'),
    onDrained: on('drained'),
    onAccessLog: on('accessLog'),
    onLog: on('log'),
    onMetrics: on('metrics'),
    onFirewall: on('firewall'),
    onFlows: on('flows'),
    onInvoke(action) {
      invoke = action
      return () => {
        invoke = nobodyInvokes
      }
    },
    async stop() {
      stopping = true
      stopWaiting()
      if (failing) return
      const stopped = next('stopped')
      send({ type: 'stop' })
      await stopped
      await worker.terminate()
    },
  }
}
