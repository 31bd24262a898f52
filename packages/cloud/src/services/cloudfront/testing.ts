import { type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { seconds } from '@terrace/kit'
import type { Behavior, Distribution } from '@terrace/model'
import { MANAGED_CACHE_POLICIES } from '@terrace/model'
import { startDataPlane } from '../../dataplane/data-plane.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { testNode } from '../../testing/architecture.ts'
import type { Service } from '../service.ts'

/** For tests: the real data plane as a service, so that those under test find its port; buckets are out of reach. */
export const dataPlaneService: Service = {
  name: 'data plane',
  emulates: [],
  async start(world) {
    const dataPlane = startDataPlane(world)
    world.ports.provide('dataPlane', dataPlane)
    const noBuckets = { link: async () => join(world.folders.run, 'nobody') }
    world.ports.provide('gateway', noBuckets as unknown as Gateway)
    return { stop: () => dataPlane.stop() }
  },
}

const cache = (name: string) => {
  const found = Object.values(MANAGED_CACHE_POLICIES).find(policy => policy.name === name)
  if (!found) throw new Error(`there is no managed policy ${name}`)
  return found
}

/** For tests: a behavior that caches. */
export const testBehavior = (changes: Partial<Behavior> = {}): Behavior => ({
  pattern: '*',
  origin: 'site',
  viewerProtocol: 'allow-all',
  allowedMethods: ['GET', 'HEAD'],
  cachedMethods: ['GET', 'HEAD'],
  compress: false,
  cache: cache('CachingOptimized'),
  ...changes,
})

/** For tests: a distribution before the bucket `site`, by an origin access control. */
export const testDistribution = (changes: Partial<Distribution> = {}): Distribution => ({
  ...testNode('distribution', 'Site', {
    physicalId: 'EDFDVBD6EXAMPLE',
    arn: 'arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE',
    domainName: 'd111111abcdef8.cloudfront.localhost',
    aliases: ['quiz.localhost'],
    enabled: true,
    ipv6: true,
    defaultRootObject: 'main.html',
    origins: [
      {
        id: 'site',
        domainName: 'site.s3.us-east-1.amazonaws.com',
        path: '',
        headers: {},
        connectionAttempts: 3,
        connectionTimeout: seconds(10),
        target: { kind: 's3', accessControl: 'oac', accessId: 'EOAC' },
      },
    ],
    behaviors: [testBehavior()],
    errorResponses: [],
  }),
  ...changes,
})

/** For tests: what a viewer gets at a port of this machine that stands for 443. */
export const view = (port: number, host: string, path: string) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, headers: { Host: host, Cookie: 'theme=dark' }, agent: false },
      answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
