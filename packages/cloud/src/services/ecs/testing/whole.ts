import { Agent, request } from 'node:http'
import { seconds, systemClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { openAuthority } from '../../../certificates/authority.ts'
import { startDataPlane } from '../../../dataplane/data-plane.ts'
import { startTestCloud, type TestCloud } from '../../../gateway/testing.ts'
import { VpcNetwork } from '../../../network/vpc-network.ts'
import type { DataPlane, Network, Objects } from '../../../ports.ts'
import { testNode } from '../../../testing/architecture.ts'
import type { Service } from '../../service.ts'

/** A cloud in which tasks are real processes behind a real balancer. */
export interface WholeCloud extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly network: Network
  /** One request through the public entrance. */
  get(path: string): Promise<Answer>
  /** Requests at that rate until `stop`, which resolves with what did not work. */
  load(perSecond: number): {
    stop(): Promise<{ readonly answers: readonly Answer[]; readonly failures: readonly string[] }>
  }
}

export interface Answer {
  readonly status: number
  readonly body: string
}

const NAME = 'shop.localhost'

/** Starts services over a balancer at `shop.localhost` that listens on port 80 and forwards to `tg`. */
export async function startWholeCloud(
  nodes: readonly ArchitectureNode[],
  services: readonly Service[],
): Promise<WholeCloud> {
  const held: { network?: VpcNetwork; dataPlane?: DataPlane } = {}
  const cloud = await startTestCloud({
    nodes: [...nodes, balancer(), listener()],
    services: [ground(held), ...services],
  })
  const { network, dataPlane } = held
  if (!network || !dataPlane) throw new Error('the ground has not started')
  cloud.world.ports.provide('gateway', cloud.gateway)
  dataPlane.send({ type: 'names', names: [{ name: NAME, target: { kind: 'loadBalancer', node: 'lb' } }] })
  const { httpPort } = await dataPlane.listen(0, 0)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const get = (path: string) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: httpPort, path, agent, headers: { host: NAME } }, answer => {
        let body = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          body += chunk
        })
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }))
        answer.once('error', reject)
      })
      sent.once('error', reject)
      sent.end()
    })
  return {
    cloud,
    network,
    get,
    load(perSecond) {
      const answers: Answer[] = []
      const failures: string[] = []
      const under: Promise<void>[] = []
      const stop = systemClock.every(seconds(1) / perSecond, () => {
        under.push(
          get('/').then(
            answer => void (answer.status === 200 ? answers.push(answer) : failures.push(`status ${answer.status}`)),
            error => void failures.push(String(error)),
          ),
        )
      })
      return {
        async stop() {
          stop()
          await Promise.all(under)
          return { answers, failures }
        },
      }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
      // Its last lines go to folders of the cloud.
      await dataPlane.stop()
      await cloud.stop()
      await network.stop()
    },
  }
}

const ground = (held: { network?: VpcNetwork; dataPlane?: DataPlane }): Service => ({
  name: 'ground',
  emulates: [],
  async start(world) {
    const { architecture, random, clock, folders, ports } = world
    held.network = new VpcNetwork({ architecture, random, folder: folders.run, clock })
    held.dataPlane = startDataPlane(world)
    const authority = { folder: folders.certificates, name: 'Terrace internal', clock: systemClock }
    ports.provide('network', held.network)
    ports.provide('dataPlane', held.dataPlane)
    ports.provide('internalAuthority', await openAuthority(authority))
    ports.provide('objects', {} as Objects)
    ports.provide('databases', {
      all: [],
      of: id => {
        throw new Error(`there is no database ${id}`)
      },
      finalSnapshots: async () => [],
    })
    return { async stop() {} }
  },
})

const balancer = (): ArchitectureNode =>
  testNode('loadBalancer', 'lb', {
    name: 'lb',
    arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/lb/0123456789abcdef',
    dnsName: 'lb-1.us-east-1.elb.localhost',
    scheme: 'internet-facing',
    subnets: ['public-a', 'public-b'],
    securityGroups: ['balancer'],
    idleTimeout: seconds(60),
    clientKeepAlive: seconds(3600),
    http2: true,
    dropInvalidHeaderFields: false,
    desyncMitigation: 'defensive',
    preserveHostHeader: false,
    xffHeaderProcessing: 'append',
    xffClientPort: false,
    crossZone: true,
    deletionProtection: false,
  })

const listener = (): ArchitectureNode =>
  testNode('listener', 'listener', {
    arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/0123456789abcdef/0123456789abcdef',
    loadBalancer: 'lb',
    port: 80,
    protocol: 'HTTP',
    certificates: [],
    rules: [
      {
        priority: 'default',
        conditions: [],
        action: { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] },
      },
    ],
  })
