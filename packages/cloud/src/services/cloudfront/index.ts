import { type Distribution, nodesOf } from '@terrace/model'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Service } from '../service.ts'

/** Distributions: their behaviour is the data plane's; here they get their way to the buckets. */
export const cloudfront: Service = {
  name: 'cloudfront',
  emulates: ['distribution'],
  async start(world) {
    const [gateway, dataPlane] = await Promise.all([world.ports.need('gateway'), world.ports.need('dataPlane')])
    for (const distribution of nodesOf(world.architecture, 'distribution')) {
      dataPlane.send({ type: 'distribution', distribution, originSockets: await linksToBuckets(distribution, gateway) })
    }
    return { async stop() {} }
  },
}

// With an access control the bucket sees the service acting for this distribution, without one nobody in particular.
async function linksToBuckets(distribution: Distribution, gateway: Gateway): Promise<Record<string, string>> {
  const links: Record<string, string> = {}
  for (const { id, target } of distribution.origins) {
    if (target.kind !== 's3') continue
    links[id] = await gateway.link(
      target.accessControl === 'none'
        ? { kind: 'anonymous' }
        : { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn: distribution.arn },
    )
  }
  return links
}
