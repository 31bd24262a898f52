import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, LoadBalancer, TargetGroup } from '@terrace/model'
import { listener, loadBalancer, targetGroup } from '../../dataplane/balancer/testing.ts'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { FromDataPlane, InvokeFunction, ToDataPlane } from '../../dataplane/messages.ts'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { Instance, Instances, NetworkInterface } from '../../ports.ts'
import { threeTiers } from '../../testing/architecture.ts'
import { elbv2 } from './index.ts'

/** For tests: a data plane that keeps what it is told, and says what it is told to say. */
export class RecordedDataPlane implements DataPlane {
  readonly sent: ToDataPlane[] = []
  /** What it would have functions invoked by. */
  invoke: InvokeFunction | undefined
  readonly #listeners = new Set<(message: FromDataPlane) => void>()

  send(message: ToDataPlane): void {
    this.sent.push(message)
  }

  say(message: FromDataPlane): void {
    for (const each of [...this.#listeners]) each(message)
  }

  /** The newest message of a type. */
  last<T extends ToDataPlane['type']>(type: T): Extract<ToDataPlane, { type: T }> {
    const found = this.sent.findLast(message => message.type === type)
    if (!found) throw new Error(`the data plane was told nothing of ${type}`)
    return found as Extract<ToDataPlane, { type: T }>
  }

  listen = async () => ({ port: 0, httpPort: 0 })
  onHealth: DataPlane['onHealth'] = listen => this.#on('health', listen)
  onDrained: DataPlane['onDrained'] = listen => this.#on('drained', listen)
  onAccessLog: DataPlane['onAccessLog'] = listen => this.#on('accessLog', listen)
  onLog: DataPlane['onLog'] = listen => this.#on('log', listen)
  onMetrics: DataPlane['onMetrics'] = listen => this.#on('metrics', listen)
  onFirewall: DataPlane['onFirewall'] = listen => this.#on('firewall', listen)
  onFlows: DataPlane['onFlows'] = listen => this.#on('flows', listen)
  onInvoke: DataPlane['onInvoke'] = invoke => {
    this.invoke = invoke
    return () => {}
  }
  async stop() {}

  #on<T extends FromDataPlane['type']>(type: T, action: (message: Extract<FromDataPlane, { type: T }>) => void) {
    const each = (message: FromDataPlane) => {
      if (message.type === type) action(message as Extract<FromDataPlane, { type: T }>)
    }
    this.#listeners.add(each)
    return () => this.#listeners.delete(each)
  }
}

/** For tests: a balancer in two zones with one listener and one target group, and instances to register. */
export interface TestBalancing {
  readonly cloud: TestCloud
  /** Of the control loops. */
  readonly clock: VirtualClock
  /** Of the machine. */
  readonly realtime: VirtualClock
  readonly dataPlane: RecordedDataPlane
  readonly network: VpcNetwork
  readonly instances: readonly Instance[]
  setInstanceState(id: string, state: Instance['state']): void
  /** Tells what a node sees of a target. */
  sees(zone: string, target: string, state: 'healthy' | 'unhealthy' | 'initial', reason?: string): void
  stop(): Promise<void>
}

export interface TestBalancingOptions {
  readonly loadBalancer?: Partial<LoadBalancer>
  readonly targetGroup?: Partial<TargetGroup>
  readonly nodes?: readonly ArchitectureNode[]
}

export async function startBalancing(options: TestBalancingOptions = {}): Promise<TestBalancing> {
  const folder = mkdtempSync(join(tmpdir(), 'elb-'))
  const clock = new VirtualClock()
  const realtime = new VirtualClock()
  const dataPlane = new RecordedDataPlane()
  const nodes = [
    ...threeTiers(),
    loadBalancer({ subnets: ['public-a', 'public-b'], ...options.loadBalancer }),
    targetGroup({ deregistrationDelay: seconds(30), vpc: 'vpc', ...options.targetGroup }),
    listener(
      { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] },
      { protocol: 'HTTP', port: 80, arn: LISTENER },
    ),
    ...(options.nodes ?? []),
  ]
  const ports = { network: undefined as VpcNetwork | undefined, instances: [] as Instance[] }
  const cloud = await startTestCloud({
    nodes,
    clock,
    services: [
      {
        name: 'surroundings',
        emulates: [],
        async start(world) {
          const network = new VpcNetwork({ architecture: world.architecture, random: seeded(1), folder, clock })
          ports.network = network
          ports.instances.push(
            instance('i-0000000000000000a', 'us-east-1a', network.attach(inSubnet('app-a'))),
            instance('i-0000000000000000b', 'us-east-1b', network.attach(inSubnet('app-b'))),
          )
          world.ports.provide('network', network)
          world.ports.provide('dataPlane', dataPlane)
          world.ports.provide('instances', instancesOf(ports.instances))
          return { async stop() {} }
        },
      },
      { ...elbv2, start: world => elbv2.start({ ...world, realtime }) },
    ],
  })
  const { network } = ports
  if (!network) throw new Error('the network has not started')
  return {
    cloud,
    clock,
    realtime,
    dataPlane,
    network,
    instances: ports.instances,
    setInstanceState(id, state) {
      const at = ports.instances.findIndex(each => each.id === id)
      const before = ports.instances[at]
      if (before) ports.instances[at] = { ...before, state }
    },
    sees: (node, target, state, reason) =>
      dataPlane.say({ type: 'health', targetGroup: 'tg', target, node, state, ...(reason ? { reason } : {}) }),
    async stop() {
      await cloud.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const PREFIX = 'arn:aws:elasticloadbalancing:us-east-1:123456789012'

/** For tests: the names of what `startBalancing` starts. */
export const BALANCER = `${PREFIX}:loadbalancer/app/lb/0123456789abcdef`
export const LISTENER = `${PREFIX}:listener/app/lb/0123456789abcdef/0123456789abcdef`
export const GROUP = `${PREFIX}:targetgroup/tg/0123456789abcdef`

const inSubnet = (subnet: string) => ({ owner: subnet, subnet, securityGroups: ['app'] })

function instance(id: string, zone: string, networkInterface: NetworkInterface): Instance {
  return {
    id,
    owner: 'test',
    zone,
    networkInterface,
    launchedAt: 0,
    state: 'running',
    statusCheck: 'ok',
    processes: [],
  } as object as Instance
}

const instancesOf = (list: readonly Instance[]): Instances =>
  ({
    list: () => list,
    onChange: () => () => {},
    launch: () => Promise.reject(new Error('nothing is launched here')),
    terminate: async () => {},
  }) as object as Instances
