import { WAFV2Client } from '@aws-sdk/client-wafv2'
import { VirtualClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { loadBalancer } from '../../dataplane/balancer/testing.ts'
import { RunningFirewall } from '../../dataplane/firewall/running-firewall.ts'
import { facts } from '../../dataplane/firewall/testing.ts'
import type { FromDataPlane, ToDataPlane } from '../../dataplane/messages.ts'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import type { DataPlane, LogEvent } from '../../ports.ts'
import { wafv2 } from './index.ts'

export { facts, RunningFirewall }

export const BALANCER = loadBalancer()

/** AWS WAF with the ordinary client of the SDK, and what it tells the data plane. */
export interface TestFirewalls extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly client: WAFV2Client
  readonly clock: VirtualClock
  readonly sent: readonly ToDataPlane[]
  readonly logged: readonly (LogEvent & { readonly group: string; readonly stream: string })[]
  /** `bucket/key` → what was written there. */
  readonly files: ReadonlyMap<string, Buffer>
  /** Resolves when so many files and events have been written. */
  written(count: number): Promise<void>
  /** What the data plane reports. */
  say(report: Extract<FromDataPlane, { type: 'firewall' }>['report']): void
}

/** Starts it over these nodes and a balancer; there is one log group, `aws-waf-logs-main`. */
export async function startFirewalls(nodes: readonly ArchitectureNode[] = [], state?: string): Promise<TestFirewalls> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 9, 30))
  const sent: ToDataPlane[] = []
  const logged: (LogEvent & { group: string; stream: string })[] = []
  const files = new Map<string, Buffer>()
  const waiting = new Set<() => void>()
  const wrote = () => {
    for (const look of waiting) look()
  }
  const listeners = new Set<Parameters<DataPlane['onFirewall']>[0]>()
  const none = () => () => {}
  const dataPlane: DataPlane = {
    send: message => sent.push(message),
    listen: async () => ({ port: 0, httpPort: 0 }),
    onHealth: none,
    onDrained: none,
    onAccessLog: none,
    onLog: none,
    onMetrics: none,
    onFlows: none,
    onInvoke: none,
    onFirewall(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {},
  }
  const early = {
    name: 'data plane',
    emulates: [],
    async start({ ports }: TestCloud['world']) {
      ports.provide('dataPlane', dataPlane)
      ports.provide('logGroups', {
        has: group => group === 'aws-waf-logs-main',
        create() {},
        put(group, stream, events) {
          logged.push(...events.map(event => ({ ...event, group, stream })))
          wrote()
        },
      })
      ports.provide('objects', {
        async put(bucket, key, body) {
          files.set(`${bucket}/${key}`, Buffer.isBuffer(body) ? body : Buffer.alloc(0))
          wrote()
          return { key, size: 0, etag: '', modified: clock.now(), headers: {}, metadata: {} }
        },
        get: () => Promise.reject(new Error('nothing is read here')),
        list: async () => [],
        async remove() {},
      })
      return { async stop() {} }
    },
  }
  const cloud = await startTestCloud({
    nodes: [BALANCER, ...nodes],
    clock,
    services: [early, wafv2],
    ...(state === undefined ? {} : { state }),
  })
  const client = new WAFV2Client(clientOptions(cloud.gateway.url))
  return {
    cloud,
    client,
    clock,
    sent,
    logged,
    files,
    written: count =>
      new Promise(resolve => {
        const look = () => {
          if (files.size + logged.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    say: report => {
      for (const each of listeners) each({ type: 'firewall', report })
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
      await cloud.stop()
    },
  }
}
