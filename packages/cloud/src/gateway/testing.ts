import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type AgentOptions } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, hours, seeded, systemClock } from '@terrace/kit'
import type { Architecture, ArchitectureNode, Bucket, PolicyDocument, PolicyStatement, Role } from '@terrace/model'
import type { Principal } from '../identity/principal.ts'
import { makeWorld } from '../make-world.ts'
import type { RunningService, Service } from '../services/service.ts'
import { testArchitecture, testNode } from '../testing/architecture.ts'
import { LiveArchitecture } from '../update/live-architecture.ts'
import { type UpdateOutcome, Updater } from '../update/updater.ts'
import type { World } from '../world.ts'
import { type Gateway, type LinkOptions, startGateway } from './gateway.ts'

/** Services behind a gateway, for the tests of this folder and of the services. */
export interface TestCloud {
  readonly world: World
  readonly gateway: Gateway
  readonly running: readonly RunningService[]
  /** Options for an SDK client with credentials of the principal, on a link of its own. */
  as(principal: Principal, options?: LinkOptions): Promise<ClientOptions>
  /** What `terrace up` does with a changed template: these are all the nodes from now on. */
  update(nodes: readonly ArchitectureNode[]): Promise<UpdateOutcome>
  /** Stops it; the state stays for the next one with the same state folder. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What every client of the SDK takes. */
export interface ClientOptions {
  readonly endpoint: string
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly requestHandler?: { readonly httpAgent: Agent }
  readonly maxAttempts: number
}

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' }

export interface TestCloudOptions {
  readonly nodes?: readonly ArchitectureNode[]
  readonly services?: readonly Service[]
  readonly state?: string
  readonly clock?: Clock
  /** The templates that the nodes come from. */
  readonly stacks?: Architecture['stacks']
}

/** Starts services over a hand-built architecture, in a state folder of its own unless one is given. */
export async function startTestCloud(options: TestCloudOptions): Promise<TestCloud> {
  const { nodes = [], services = [], clock = systemClock, stacks = [] } = options
  const state = options.state ?? mkdtempSync(join(tmpdir(), 'terrace-aws-'))
  const architecture = new LiveArchitecture({ ...testArchitecture(nodes), stacks })
  const world = makeWorld({ architecture, stateFolder: state, clock, random: seeded('test') })
  // Time-outs of the gateway itself are real, whatever clock the services have.
  const gateway = await startGateway(world, { port: 0 })
  const running: RunningService[] = []
  const stop = async () => {
    for (const service of running) await service.stop()
    await gateway.stop()
    await world.logs.close()
    rmSync(world.folders.run, { recursive: true, force: true })
    if (options.state === undefined) rmSync(state, { recursive: true, force: true })
  }
  try {
    for (const service of services) {
      const started = await service.start(world)
      running.push(started)
      if (started.api) gateway.register(started.api)
    }
  } catch (error) {
    await stop()
    throw error
  }
  const updater = new Updater({
    architecture,
    journal: world.journal,
    services: () => services.flatMap(({ name }, index) => ({ name, updates: running[index]?.updates })),
    isEmulated: kind => services.some(({ emulates }) => emulates.includes(kind)),
  })
  return {
    world,
    gateway,
    running,
    update: changed =>
      updater.update({ architecture: { ...testArchitecture(changed), stacks } }, new AbortController().signal),
    stop,
    [Symbol.asyncDispose]: stop,
    async as(principal, linkOptions) {
      const socketPath = await gateway.link(principal, linkOptions)
      // The SDK knows no Unix sockets; its agent does.
      const agentOptions: AgentOptions & { readonly socketPath: string } = { socketPath }
      const httpAgent = new Agent(agentOptions)
      const { accessKeyId, secretAccessKey, sessionToken } = world.credentials.issue(principal, hours(1))
      const credentials = { accessKeyId, secretAccessKey, sessionToken }
      return { ...clientOptions('http://127.0.0.1'), credentials, requestHandler: { httpAgent } }
    },
  }
}

/** Options of a client on the gateway's own port. */
export const clientOptions = (endpoint: string): ClientOptions => ({
  endpoint,
  region: 'us-east-1',
  credentials: CREDENTIALS,
  maxAttempts: 1,
})

const BLOCKED = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

/** SHA-256 as the SDK's signer wants it, for tests that sign requests themselves. */
export class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data)
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

/** A private bucket. */
export const testBucket = (name: string, rest: Partial<Bucket> = {}): Bucket => ({
  ...testNode('bucket', name, { name, arn: `arn:aws:s3:::${name}`, publicAccessBlock: BLOCKED, versioning: false }),
  ...rest,
})

export const policy = (...statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** A role with one inline policy. */
export const testRole = (name: string, ...statements: readonly PolicyStatement[]): Role =>
  testNode('role', name, {
    name,
    arn: `arn:aws:iam::123456789012:role/${name}`,
    trust: policy(),
    policies: [{ name: 'inline', document: policy(...statements) }],
    managedPolicies: [],
  })

/** An instance's session of a role. */
export const sessionOf = (role: Role): Principal => ({
  kind: 'role',
  role: role.id,
  arn: role.arn,
  sessionArn: `arn:aws:sts::123456789012:assumed-role/${role.name}/i-0123456789abcdef0`,
})

/** CloudFront on behalf of one distribution. */
export const cloudFront = (distribution: string): Principal => ({
  kind: 'service',
  service: 'cloudfront.amazonaws.com',
  sourceArn: `arn:aws:cloudfront::123456789012:distribution/${distribution}`,
})

/** How a call of the SDK failed. */
export interface Failure {
  readonly name: string
  readonly status: number | undefined
  readonly message: string
}

/** The code and status with which a call fails; one that doesn't is an error of the test. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('the call did not fail')
  const metadata: unknown = Reflect.get(error, '$metadata')
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined
  return { name: error.name, status: typeof status === 'number' ? status : undefined, message: error.message }
}
