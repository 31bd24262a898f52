import type { Stop } from '@terrace/kit'
import { type Distribution, getNode, nodesOf } from '@terrace/model'
import type { DataPlane } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { invalidateDeployments } from './deployments.ts'
import { Invalidations } from './invalidations.ts'
import { linksToBuckets } from './links.ts'
import { DistributionMetrics } from './metrics.ts'
import { operations } from './operations/index.ts'
import { hasCustomOrigins, OriginBook } from './origin-book.ts'
import { StandardLogs } from './standard-logs.ts'
import { distributionUpdates } from './updates.ts'

/** Distributions: their behaviour is the data plane's; here are their ways to the origins, invalidations, logs and metrics. */
export const cloudfront: Service = {
  name: 'cloudfront',
  emulates: ['distribution'],
  async start(world) {
    const [gateway, dataPlane] = await Promise.all([world.ports.need('gateway'), world.ports.need('dataPlane')])
    let origins: WatchedOrigins | undefined
    const bring = async (distribution: Distribution) => {
      if (hasCustomOrigins(distribution)) origins ??= await watchOrigins(world, dataPlane)
      origins?.book.update()
      dataPlane.send({ type: 'distribution', distribution, originSockets: await linksToBuckets(distribution, gateway) })
    }
    for (const distribution of nodesOf(world.architecture, 'distribution')) await bring(distribution)
    const invalidations = new Invalidations(world, dataPlane)
    const stopDeployments = invalidateDeployments(world, invalidations)
    const standardLogs = new StandardLogs(world)
    const metrics = new DistributionMetrics(world)
    const stopLines = dataPlane.onLog(({ resource, lines }) => {
      standardLogs.add(resource, lines)
      metrics.add(resource, lines.text)
    })
    return {
      api: {
        signingName: 'cloudfront',
        protocol: { kind: 'rest-xml', namespace: 'http://cloudfront.amazonaws.com/doc/2020-05-31/' },
        operations: operations(world.architecture, invalidations, world.clock.now()),
        refused: REFUSED,
      },
      updates: distributionUpdates(id => bring(getNode(world.architecture, id, 'distribution'))),
      async stop() {
        origins?.stop()
        for (const stop of [stopDeployments, stopLines]) stop()
        invalidations.stop()
        metrics.stop()
        await standardLogs.stop()
      },
    }
  },
}

/** The ways to custom origins, which follow the network. */
interface WatchedOrigins {
  readonly book: OriginBook
  readonly stop: Stop
}

async function watchOrigins(world: World, dataPlane: DataPlane): Promise<WatchedOrigins> {
  const { ports } = world
  const [network, publicly, internally] = await Promise.all([
    ports.need('network'),
    ports.need('publicAuthority'),
    ports.need('internalAuthority'),
  ])
  const book = new OriginBook(world, network, dataPlane, [publicly.certificate, internally.certificate])
  return { book, stop: network.onChange(() => book.update()) }
}

const CHANGES = 'distributions are what the template says: change it, and terrace up brings the change in'

/** By the line of the request: the operation is named by its path alone. */
const REFUSED: Readonly<Record<string, string>> = {
  'POST /2020-05-31/distribution': CHANGES,
  'POST /2020-05-31/cache-policy': CHANGES,
  'POST /2020-05-31/origin-request-policy': CHANGES,
  'POST /2020-05-31/response-headers-policy': CHANGES,
  'POST /2020-05-31/function': 'functions at the edge do not run here',
}
