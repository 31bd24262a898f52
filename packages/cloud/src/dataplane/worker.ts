import { parentPort } from 'node:worker_threads'
import { errnoOf, milliseconds, seeded, systemClock } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { Balancer } from './balancer/balancer.ts'
import { LiveTargetGroup } from './balancer/target-group.ts'
import { type RunningDistribution, runDistribution } from './cdn/distribution.ts'
import { Edge } from './edge/edge.ts'
import type { Handler } from './http1/exchange.ts'
import type { FromDataPlane, NameTarget, ToDataPlane } from './messages.ts'

/**
 * The data plane: balancers, distributions and the public entrance, on an event loop of their own, so that nothing the
 * control plane does delays a request. It is told everything by messages and reports by messages.
 */
function start(port: NonNullable<typeof parentPort>): void {
  const world = { clock: systemClock, random: seeded('data plane') }
  const groups = new Map<NodeId, LiveTargetGroup>()
  const balancers = new Map<NodeId, Balancer>()
  const distributions = new Map<NodeId, RunningDistribution>()
  let names: ReadonlyMap<string, NameTarget['target']> = new Map()
  let knownNames: readonly string[] = []
  const tell = (message: FromDataPlane) => port.postMessage(message)
  const log = batchedLog(tell)

  const route = (host: string, entryPort: number): Handler | undefined => {
    const target = names.get(host)
    if (target?.kind === 'distribution') return distributions.get(target.node)?.handle
    const balancer = target && balancers.get(target.node)
    const listener = balancer?.listenerFor(entryPort)
    const node = balancer?.nextNode()
    return balancer && listener && node && (exchange => balancer.handle(exchange, listener, node))
  }
  const edge = new Edge(systemClock, route, () => knownNames)

  const actions: { [T in ToDataPlane['type']]: (message: Extract<ToDataPlane, { type: T }>) => void } = {
    async listen({ port: https, httpPort }) {
      try {
        const ports = await edge.listen(https, httpPort)
        tell({ type: 'listening', port: ports.https, httpPort: ports.http })
      } catch (error) {
        tell({ type: 'listenFailed', port: https, code: errnoOf(error) ?? String(error) })
      }
    },
    certificates: ({ certificates }) => edge.setCertificates(certificates),
    names: message => {
      names = new Map(message.names.map(({ name, target }) => [name, target]))
      knownNames = [...names.keys()]
    },
    targetGroup: ({ targetGroup, crossZone, nodes }) => {
      groups.set(targetGroup.id, new LiveTargetGroup(targetGroup, nodes, crossZone, world.clock, world.random, tell))
    },
    targets: ({ targetGroup, targets }) => groups.get(targetGroup)?.setTargets(targets),
    loadBalancer: ({ config }) => {
      balancers.set(
        config.loadBalancer.id,
        new Balancer(config, groups, world, line => log(config.loadBalancer.name, line)),
      )
    },
    distribution: ({ distribution, originSockets }) => {
      const running = runDistribution({
        distribution,
        ...world,
        originSocket: origin => {
          const socket = originSockets[origin.id]
          return socket === undefined ? undefined : { socket, host: origin.domainName }
        },
        log: line => log(distribution.physicalId, line),
      })
      distributions.set(distribution.id, running)
    },
    invalidate: ({ distribution, paths }) => distributions.get(distribution)?.invalidate(paths),
    stop: () => {
      edge.close()
      for (const group of groups.values()) group.stop()
      for (const distribution of distributions.values()) distribution.stop()
      log.flush()
      tell({ type: 'stopped' })
    },
  }
  port.on('message', <T extends ToDataPlane['type']>(message: Extract<ToDataPlane, { type: T }>) => {
    const action = actions[message.type as T]
    action(message)
  })
}

const LOG_INTERVAL = milliseconds(100)

/** Lines are sent in bundles: a message a request would cost more than the request. */
function batchedLog(tell: (message: FromDataPlane) => void) {
  const waiting = new Map<string, string[]>()
  const flush = () => {
    for (const [resource, lines] of waiting) tell({ type: 'log', resource, lines })
    waiting.clear()
  }
  const log = (resource: string, line: string) => {
    if (waiting.size === 0) systemClock.after(LOG_INTERVAL, flush)
    const lines = waiting.get(resource)
    if (lines) lines.push(line)
    else waiting.set(resource, [line])
  }
  return Object.assign(log, { flush })
}

if (parentPort) start(parentPort)
