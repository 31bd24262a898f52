import { SQSClient } from '@aws-sdk/client-sqs'
import { type Clock, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import type { Service } from '../service.ts'
import { sqs } from './index.ts'

/** SQS with the ordinary client of the SDK, on a clock that the test moves. */
export interface TestQueues extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly clock: VirtualClock
  readonly client: SQSClient
}

/** SQS whose messages live by another clock than the machine's. */
const onClock = (clock: Clock): Service => ({ ...sqs, start: world => sqs.start({ ...world, realtime: clock }) })

/** Starts it over these nodes; with a state folder it goes on where it was. */
export async function startQueues(
  options: { readonly nodes?: readonly ArchitectureNode[]; readonly state?: string; readonly at?: number } = {},
): Promise<TestQueues> {
  const { nodes = [], state, at = Date.UTC(2026, 10, 22, 9, 30) } = options
  const clock = new VirtualClock(at)
  const services = [onClock(clock)]
  const cloud = await startTestCloud({ nodes, services, clock, ...(state === undefined ? {} : { state }) })
  const client = new SQSClient(clientOptions(cloud.gateway.url))
  return {
    cloud,
    clock,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await cloud.stop()
    },
  }
}
