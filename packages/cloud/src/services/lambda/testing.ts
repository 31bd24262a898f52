import { LambdaClient } from '@aws-sdk/client-lambda'
import { type Clock, systemClock } from '@terrace/kit'
import type { ArchitectureNode, PolicyStatement, Role } from '@terrace/model'
import { zipSync } from 'fflate'
import { openAuthority } from '../../certificates/authority.ts'
import { clientOptions, policy, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { Service } from '../service.ts'
import { lambda } from './index.ts'

/** A cloud with functions, for tests. */
export interface LambdaCloud extends TestCloud {
  readonly client: LambdaClient
}

/** What a test gives. */
export interface LambdaCloudOptions {
  readonly nodes?: readonly ArchitectureNode[]
  /** Beside Lambda. */
  readonly services?: readonly Service[]
  readonly clock?: Clock
  readonly state?: string
}

/** Starts Lambda with what it needs: a network, the internal authority, the role `worker`. */
export async function startLambdaCloud(options: LambdaCloudOptions = {}): Promise<LambdaCloud> {
  const { nodes = [], services = [], clock, state } = options
  const roles = nodes.some(({ id }) => id === 'worker') ? [] : [functionRole()]
  const cloud = await startTestCloud({
    nodes: [...roles, ...nodes],
    services: [surroundings, ...services],
    ...(clock ? { clock } : {}),
    ...(state === undefined ? {} : { state }),
  })
  cloud.world.ports.provide('gateway', cloud.gateway)
  // After the gateway is there: sources of events are taken up at once.
  const started = await lambda.start(cloud.world)
  if (started.api) cloud.gateway.register(started.api)
  const stop = async () => {
    await started.stop()
    await cloud.world.supervisor.stopAll(0)
    await cloud.stop()
  }
  const client = new LambdaClient(clientOptions(cloud.gateway.url))
  return { ...cloud, client, stop, [Symbol.asyncDispose]: stop }
}

/** A role that Lambda may take on. */
export const functionRole = (...statements: readonly PolicyStatement[]): Role => ({
  ...testRole('worker', ...statements),
  trust: policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
})

export const ROLE = 'arn:aws:iam::123456789012:role/worker'

/** `index.mjs` with that text, as CreateFunction takes it. */
export const zipOf = (text: string, file = 'index.mjs'): Uint8Array => zipSync({ [file]: Buffer.from(text) })

/** What CreateFunction needs for a handler of that text. */
export const functionOf = (name: string, text: string, rest: object = {}) => ({
  FunctionName: name,
  Runtime: 'nodejs22.x' as const,
  Handler: 'index.handler',
  Role: ROLE,
  Code: { ZipFile: zipOf(text) },
  ...rest,
})

const surroundings: Service = {
  name: 'surroundings',
  emulates: [],
  async start(world) {
    const { architecture, random, folders, clock, journal, ports } = world
    const network = new VpcNetwork({ architecture, random, folder: folders.run, clock, journal })
    ports.provide('network', network)
    ports.provide(
      'internalAuthority',
      await openAuthority({ folder: folders.certificates, name: 'Terrace internal', clock: systemClock }),
    )
    return { stop: () => network.stop() }
  },
}
