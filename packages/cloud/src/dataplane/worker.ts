import { parentPort } from 'node:worker_threads'
import { errnoOf, milliseconds, type Random, seconds, seeded, systemClock } from '@terrace/kit'
import type { NodeId, Zone } from '@terrace/model'
import { Balancer } from './balancer/balancer.ts'
import { NodeListener } from './balancer/node-listener.ts'
import { LiveTargetGroup } from './balancer/target-group.ts'
import { type RunningDistribution, runDistribution } from './cdn/distribution.ts'
import type { OriginWays } from './cdn/origin-way.ts'
import { Addresses } from './edge/addresses.ts'
import { Edge, listenerTls, type PublicService } from './edge/edge.ts'
import { CertificateStore } from './entrance/certificates.ts'
import { Guards } from './firewall/guards.ts'
import { type LineBundle, LineBundler } from './line-bundle.ts'
import type {
  BalancerConfig,
  BalancerNode,
  FromDataPlane,
  FunctionOutcome,
  InvokeFunction,
  NameTarget,
  TargetFlow,
  ToDataPlane,
} from './messages.ts'

/** A balancer and what listens for it inside the VPC. */
interface RunningBalancer {
  readonly balancer: Balancer
  readonly listeners: Map<string, NodeListener>
  certificates: CertificateStore
}

/**
 * The data plane: balancers, distributions and the public entrance, on an event loop of their own, so that nothing the
 * control plane does delays a request. It is told everything by messages and reports by messages.
 */
function start(port: NonNullable<typeof parentPort>): void {
  const clock = systemClock
  const random: Random = seeded('data plane')
  const groups = new Map<NodeId, LiveTargetGroup>()
  const balancers = new Map<NodeId, RunningBalancer>()
  const distributions = new Map<NodeId, RunningDistribution>()
  const originWays = new Map<NodeId, OriginWays>()
  const addresses = new Map<string, Addresses>()
  let names: ReadonlyMap<string, NameTarget['target']> = new Map()
  let knownNames: readonly string[] = []
  let down: readonly Zone[] = []
  const tell = (message: FromDataPlane) => port.postMessage(message)
  const logs = batchedLog(port)
  const flows: TargetFlow[] = []
  const guards = new Guards({
    clock,
    send: firewall => tell({ type: 'firewall', report: firewall }),
    onProblem: message => tell({ type: 'problem', message }),
  })
  const invoked = new Map<number, (outcome: FunctionOutcome) => void>()
  let invocations = 0
  const invoke: InvokeFunction = invocation =>
    new Promise(resolve => {
      const id = invocations++
      invoked.set(id, resolve)
      tell({ type: 'invoke', id, invocation })
    })

  const route = (host: string, entryPort: number): PublicService | undefined => {
    const target = names.get(host)
    if (target?.kind === 'distribution') return distributions.get(target.node)
    if (target?.kind === 'addresses') return addresses.get(target.node)?.service(entryPort)
    const running = target && balancers.get(target.node)
    const listener = running?.balancer.listenerFor(entryPort)
    if (!running || !listener) return undefined
    const { balancer } = running
    return {
      limits: balancer.limits,
      tlsFailed: () => balancer.tlsFailed(),
      tls: listenerTls(listener, balancer.config.loadBalancer.http2),
      handle: exchange => {
        const node = balancer.nodeFor(exchange.client)
        if (!node) return exchange.abort()
        if (node.closedPorts.has(exchange.client.entryPort)) return node.swallow(exchange)
        if (!balancer.connected(node, exchange.client)) return exchange.abort()
        balancer.handle(exchange, listener, node)
      },
    }
  }
  const edge = new Edge({
    clock,
    route,
    knownNames: () => knownNames,
    onClose: client => {
      for (const { balancer } of balancers.values()) balancer.disconnected(client)
    },
  })

  const report = () => {
    const samples = [...balancers.values()].flatMap(({ balancer }) => balancer.takeSamples())
    if (samples.length > 0) tell({ type: 'metrics', samples })
    if (flows.length > 0) tell({ type: 'flows', flows: flows.splice(0) })
    guards.report()
  }
  const stopReporting = clock.every(REPORT_INTERVAL, report)

  const runBalancer = (config: BalancerConfig): RunningBalancer => {
    const { id, name } = config.loadBalancer
    const known = balancers.get(id)
    if (known) {
      known.balancer.configure(config)
      known.certificates = new CertificateStore(config.certificates)
      return known
    }
    const logOf = ({ zone }: BalancerNode) =>
      logs.open(`${id} ${zone}`, { type: 'accessLog', loadBalancer: id, name, node: zone })
    const guard = () => guards.of(id)
    const balancer = new Balancer({ config, groups, clock, random, invoke, logOf, guard })
    const made = { balancer, listeners: new Map(), certificates: new CertificateStore(config.certificates) }
    balancers.set(id, made)
    balancer.setDown(down)
    return made
  }

  const openListeners = (running: RunningBalancer) => {
    const { balancer, listeners } = running
    const { config } = balancer
    const wanted = new Set(
      balancer.nodes.flatMap(({ zone }) => config.listeners.map(each => `${zone} ${each.port} ${each.protocol}`)),
    )
    // First: another protocol takes the port over.
    for (const [key, listener] of listeners) {
      if (wanted.has(key)) continue
      listener.close()
      listeners.delete(key)
    }
    for (const node of balancer.nodes) {
      for (const { port: listenerPort, protocol } of balancer.config.listeners) {
        const key = `${node.zone} ${listenerPort} ${protocol}`
        if (listeners.has(key)) continue
        const onFailure = ({ message }: Error) => tell({ type: 'problem', message })
        const certificates = () => running.certificates
        listeners.set(key, new NodeListener({ balancer, node, port: listenerPort, certificates, clock, onFailure }))
      }
    }
  }

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
    addresses: ({ name, addresses: list }) => {
      const known = addresses.get(name) ?? new Addresses({ clock, random })
      addresses.set(name, known)
      known.set(list)
    },
    targetGroup: ({ targetGroup: config, crossZone, nodes }) => {
      const known = groups.get(config.id)
      if (known) return known.configure(config, crossZone)
      const onFlow = (flow: TargetFlow) => flows.push(flow)
      const group = new LiveTargetGroup({ config, nodes, crossZone, clock, random, tell, invoke, onFlow })
      groups.set(config.id, group)
      for (const zone of down) group.setNodeUp(zone, false)
    },
    targets: ({ targetGroup, targets }) => groups.get(targetGroup)?.setTargets(targets),
    loadBalancer: ({ config }) => openListeners(runBalancer(config)),
    nodesInService: ({ loadBalancer, zones }) => balancers.get(loadBalancer)?.balancer.setInService(zones),
    closedPorts: ({ loadBalancer, closed }) => balancers.get(loadBalancer)?.balancer.setClosed(closed),
    zones: message => {
      const changed = [...new Set([...down, ...message.down])]
      down = message.down
      for (const { balancer } of balancers.values()) balancer.setDown(down)
      for (const group of groups.values()) {
        for (const zone of changed) group.setNodeUp(zone, !down.includes(zone))
      }
    },
    distribution: ({ distribution, originSockets }) => {
      const { physicalId } = distribution
      const running = runDistribution({
        distribution,
        clock,
        random,
        originSocket: origin => {
          const socket = originSockets[origin.id]
          return socket === undefined ? undefined : { socket, host: origin.domainName }
        },
        log: logs.open(physicalId, { type: 'log', resource: physicalId }),
        guard: () => guards.of(distribution.id),
        onProblem: message => tell({ type: 'problem', message }),
        before: distributions.get(distribution.id),
      })
      const ways = originWays.get(distribution.id)
      if (ways) running.setWays(ways)
      distributions.set(distribution.id, running)
    },
    origins: ({ distribution, ways }) => {
      originWays.set(distribution, ways)
      distributions.get(distribution)?.setWays(ways)
    },
    invoked: ({ id, outcome }) => {
      invoked.get(id)?.(outcome)
      invoked.delete(id)
    },
    firewall: ({ config }) => guards.configure(config),
    guard: ({ resource, acl }) => guards.set(resource, acl ?? undefined),
    invalidate: ({ distribution, paths }) => distributions.get(distribution)?.invalidate(paths),
    stop: () => {
      stopReporting()
      edge.close()
      for (const { listeners } of balancers.values()) for (const listener of listeners.values()) listener.close()
      for (const group of groups.values()) group.stop()
      for (const distribution of distributions.values()) distribution.stop()
      for (const each of addresses.values()) each.stop()
      report()
      logs.flush()
      tell({ type: 'stopped' })
    },
  }
  port.on('message', <T extends ToDataPlane['type']>(message: Extract<ToDataPlane, { type: T }>) => {
    const action = actions[message.type as T]
    action(message)
  })
}

const REPORT_INTERVAL = seconds(1)
const LOG_INTERVAL = milliseconds(100)

type Envelope<T extends FromDataPlane> = T extends { readonly lines: LineBundle } ? Omit<T, 'lines'> : never

/** Lines are sent in bundles: a message a request would cost more than the request. */
function batchedLog(port: NonNullable<typeof parentPort>) {
  const bundlers = new Map<string, LineBundler>()
  let scheduled = false
  const flush = () => {
    scheduled = false
    for (const bundler of bundlers.values()) bundler.flush()
  }
  /** @returns what takes the lines of one log */
  const open = (key: string, envelope: Envelope<FromDataPlane>): ((line: string) => void) => {
    const known = bundlers.get(key)
    const bundler = known ?? new LineBundler(lines => port.postMessage({ ...envelope, lines }, [lines.text.buffer]))
    bundlers.set(key, bundler)
    return line => {
      bundler.add(line)
      if (scheduled) return
      scheduled = true
      systemClock.after(LOG_INTERVAL, flush)
    }
  }
  return { open, flush }
}

if (parentPort) start(parentPort)
