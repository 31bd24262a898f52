import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, request, Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, seconds, seeded } from '@terrace/kit'
import type { Listener, LoadBalancer, RuleAction, TargetGroup } from '@terrace/model'
import { testNode } from '../../testing/architecture.ts'
import { serve, TEST_CLIENT } from '../http1/testing.ts'
import type { BalancerConfig, FromDataPlane, InvokeFunction, TargetConfig, TargetFlow } from '../messages.ts'
import { Balancer } from './balancer.ts'
import { LiveTargetGroup } from './target-group.ts'

const ZONE = 'us-east-1a'

export const targetGroup = (rest: Partial<TargetGroup> = {}): TargetGroup => ({
  ...testNode('targetGroup', 'tg', {
    name: 'tg',
    arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/0123456789abcdef',
    protocol: 'HTTP',
    port: 8000,
    targetType: 'instance',
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic',
      path: '/readyz',
      interval: seconds(5),
      timeout: seconds(2),
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    deregistrationDelay: seconds(30),
    slowStart: 0,
    algorithm: 'round_robin',
    crossZone: 'use_load_balancer_configuration',
    minimumHealthyTargets: 1,
    targets: [],
  }),
  ...rest,
})

export const loadBalancer = (rest: Partial<LoadBalancer> = {}): LoadBalancer => ({
  ...testNode('loadBalancer', 'lb', {
    name: 'lb',
    arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/lb/0123456789abcdef',
    dnsName: 'lb-1.us-east-1.elb.localhost',
    scheme: 'internet-facing',
    subnets: ['public-a'],
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
  }),
  ...rest,
})

const TO_THE_GROUP: RuleAction = { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] }

export const listener = (action: RuleAction, rest: Partial<Listener> = {}): Listener => ({
  ...testNode('listener', 'listener', {
    arn: 'arn',
    loadBalancer: 'lb',
    port: 443,
    protocol: 'HTTPS',
    certificates: [],
    rules: [{ priority: 'default', conditions: [], action }],
  }),
  ...rest,
})

/** A balancer with one node in front of targets of a test, on real sockets. */
export async function startBalancer(
  clock: Clock,
  options: {
    action?: RuleAction
    listener?: Listener
    loadBalancer?: LoadBalancer
    group?: TargetGroup
    otherGroups?: readonly TargetGroup[]
    /** Whether clients that send no more are still answered. */
    halfOpen?: boolean
    maxConnections?: number
    invoke?: InvokeFunction
  } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'alb-'))
  const servers: Server[] = []
  const messages: FromDataPlane[] = []
  const lines: string[] = []
  const flows: TargetFlow[] = []
  const random = seeded(1)
  const invoke = options.invoke ?? (() => Promise.reject(new Error('no function is invoked here')))
  const groupOptions = { nodes: [ZONE], crossZone: true, clock, random, invoke }
  const group = new LiveTargetGroup({
    ...groupOptions,
    config: options.group ?? targetGroup(),
    tell: message => messages.push(message),
    onFlow: flow => flows.push(flow),
  })
  const others = (options.otherGroups ?? []).map(
    other => new LiveTargetGroup({ ...groupOptions, config: other, tell: message => messages.push(message) }),
  )
  const groups = new Map([group, ...others].map(one => [one.config.id, one]))
  const config: BalancerConfig = {
    loadBalancer: options.loadBalancer ?? loadBalancer(),
    listeners: [options.listener ?? listener(options.action ?? TO_THE_GROUP)],
    nodes: [{ zone: ZONE, address: '10.0.0.4', folder }],
    certificates: [],
    cookieKey: '0123456789abcdef'.repeat(4),
  }
  const limit = options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }
  const balancer = new Balancer({
    config,
    groups,
    clock,
    random,
    invoke,
    logOf: () => line => lines.push(line),
    ...limit,
  })
  const [only] = config.listeners
  const [node] = balancer.nodes
  const entrance = await serve(
    exchange => only && node && balancer.handle(exchange, only, node),
    TEST_CLIENT,
    options.halfOpen ?? false,
  )
  return {
    entrance,
    balancer,
    group,
    others,
    folder,
    flows,
    messages,
    lines,
    /** Starts a target; with `null` for the handler nobody listens there, with `'dropped'` the network is silent. */
    async target(
      id: string,
      handler: RequestListener | null | 'dropped' | Server,
      draining = false,
    ): Promise<TargetConfig> {
      const socket = join(folder, id)
      if (typeof handler === 'function' || handler instanceof Server) {
        const server = handler instanceof Server ? handler : createServer(handler)
        servers.push(server)
        await new Promise<void>(resolve => server.listen(socket, resolve))
      }
      const routes = { [ZONE]: handler === 'dropped' ? null : socket }
      return { id, zone: ZONE, address: '10.0.2.4', port: 8000, draining, routes }
    },
    async stop() {
      for (const one of groups.values()) one.stop()
      await entrance.stop()
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One request through the entrance, as a client of Node makes it. */
export function call(
  path: string,
  options: { method?: string; target?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: path,
      method: options.method ?? 'GET',
      path: options.target ?? '/',
      headers: { Host: 'app.example.com', ...options.headers },
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.end(options.body)
  })
}
