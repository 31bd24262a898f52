import { XRayClient } from '@aws-sdk/client-xray'
import { systemClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { xray } from './index.ts'

/** X-Ray over a real socket, with a client of the SDK. */
export interface XRayCloud extends TestCloud {
  readonly client: XRayClient
}

/** @param state  a state folder that stays; a new one, removed at the end, when absent */
export async function startXRay(nodes: readonly ArchitectureNode[] = [], state?: string): Promise<XRayCloud> {
  const cloud = await startTestCloud({ nodes, services: [xray], ...(state === undefined ? {} : { state }) })
  const client = new XRayClient(clientOptions(cloud.gateway.url))
  const stop = async () => {
    client.destroy()
    await cloud.stop()
  }
  return { ...cloud, client, stop, [Symbol.asyncDispose]: stop }
}

/** `1-5759e988-…`, another one for each number. */
export const traceId = (number: number): string => `1-5759e988-${number.toString(16).padStart(24, '0')}`

/** A segment document that began a second ago and took 100 ms. */
export function segment(number: number, rest: Readonly<Record<string, unknown>> = {}): string {
  const start = Math.floor(systemClock.now() / 1000) - 1
  const id = number.toString(16).padStart(16, '1')
  return JSON.stringify({
    trace_id: traceId(number),
    id,
    name: 'api',
    start_time: start,
    end_time: start + 0.1,
    ...rest,
  })
}
