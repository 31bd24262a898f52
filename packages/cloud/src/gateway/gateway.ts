import { rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { seconds, TerraceError } from '@terrace/kit'
import { createAuthorizer } from '../identity/authorizer.ts'
import type { Principal } from '../identity/principal.ts'
import type { World } from '../world.ts'
import type { RegisteredApi } from './api.ts'
import { type Channel, type LinkOptions, linkChannel, ownPortChannel } from './channel.ts'
import { dispatcher } from './dispatch.ts'
import { type Front, openFront } from './front.ts'

/** How long a stop waits for calls in flight. */
const GRACE = seconds(5)

/** The one door of all AWS services: for the person at the machine a TCP port, for everything inside a link each. */
export interface Gateway {
  /** Makes a service answer, from now on. */
  register(api: RegisteredApi): void
  /**
   * Opens a link: a Unix socket for one caller, plain HTTP and TLS for `*.amazonaws.com` alike. Requests must be signed
   * with a key of `world.credentials` and act as its owner; without a signature they are anonymous. A service of AWS
   * needs none.
   *
   * @returns the path of the socket
   */
  link(principal: Principal, options?: LinkOptions): Promise<string>
  /** Closes a link; an unknown path does nothing. */
  closeLink(path: string): Promise<void>
  /** `http://127.0.0.1:<port>`, for `--endpoint-url` and `AWS_ENDPOINT_URL`. */
  readonly url: string
  /** Lets calls in flight finish, then closes everything. */
  stop(): Promise<void>
}

export type { LinkOptions } from './channel.ts'

/** Opens the gateway's own port. @param options.port  0 for any free one @throws TerraceError when it is in use */
export async function startGateway(world: World, options: { readonly port: number }): Promise<Gateway> {
  const apis: RegisteredApi[] = []
  const authorizer = createAuthorizer(world)
  const answer = dispatcher({ world, apis, authorizer })
  const fronts = new Map<string, Front>()
  const { account, region } = world.architecture
  const surroundings = { account, region, credentials: world.credentials }

  const open = (channel: Channel, place: Parameters<typeof openFront>[0]['place'], issue?: ReturnType<typeof issuer>) =>
    openFront({
      place,
      clock: world.realtime,
      onRequest: (message, response: ServerResponse, secure) => void answer(message, response, channel, secure),
      ...(issue ? { issue } : {}),
    })

  const own = await open(ownPortChannel(surroundings), { kind: 'tcp', port: options.port })
  let links = 0
  return {
    url: `http://127.0.0.1:${own.port}`,
    register(api) {
      apis.push(api)
    },
    async link(principal, linkOptions = {}) {
      const path = join(world.folders.run, `aws-${links++}.sock`)
      const channel = linkChannel(principal, surroundings, linkOptions)
      fronts.set(path, await open(channel, { kind: 'unix', path }, issuer(world)))
      return path
    },
    async closeLink(path) {
      const front = fronts.get(path)
      fronts.delete(path)
      await front?.stop(GRACE)
      await rm(path, { force: true })
    },
    async stop() {
      await Promise.all([own.stop(GRACE), ...[...fronts.values()].map(front => front.stop(GRACE))])
      await Promise.all([...fronts.keys()].map(path => rm(path, { force: true })))
      fronts.clear()
    },
  }
}

/** Leaves for AWS's own names alone, signed by the authority that workloads trust. */
const issuer = (world: World) => async (serverName: string) => {
  if (!serverName.endsWith('.amazonaws.com')) {
    throw new TerraceError(
      'GATEWAY_FOREIGN_NAME',
      `the gateway has no certificate for ${serverName}, only for *.amazonaws.com`,
    )
  }
  const authority = await world.ports.need('internalAuthority')
  return await authority.issue([serverName])
}
