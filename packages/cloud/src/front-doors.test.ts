import { seconds } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import { expect, it } from 'vitest'
import { loadBalancer } from './dataplane/balancer/testing.ts'
import { frontDoors } from './front-doors.ts'
import { testArchitecture, testNode } from './testing/architecture.ts'

const ports = { port: 4430, httpPort: 4431 }
const zone = testNode('hostedZone', 'zone', { name: 'shop.localhost', vpcs: [], nameServers: [] })
const record = (name: string, dnsName: string) =>
  testNode('recordSet', name, {
    zone: 'zone',
    name,
    type: 'A',
    target: { kind: 'alias', dnsName, evaluateTargetHealth: false },
  })
const listener = (port: number) =>
  testNode('listener', `listener ${port}`, {
    arn: '',
    loadBalancer: 'lb',
    port,
    protocol: 'HTTP',
    certificates: [],
    rules: [],
  })
const distribution: Distribution = testNode('distribution', 'cdn', {
  arn: '',
  domainName: 'd1.cloudfront.localhost',
  aliases: [],
  enabled: true,
  ipv6: true,
  defaultRootObject: 'index.html',
  origins: [],
  behaviors: [],
  errorResponses: [{ errorCode: 404, errorCachingMinTtl: seconds(10) }],
})

it('calls a balancer alone the web, and gives it the name AWS would when it has no record', () => {
  expect(frontDoors(testArchitecture([loadBalancer(), listener(80)]), ports)).toEqual({
    web: 'http://lb-1.us-east-1.elb.localhost:4431',
  })
})

it('prefers the apex over other names', () => {
  const balancer = 'lb-1.us-east-1.elb.localhost'
  const nodes = [
    zone,
    loadBalancer(),
    listener(443),
    record('app.shop.localhost', balancer),
    record('shop.localhost', balancer),
  ]
  expect(frontDoors(testArchitecture(nodes), ports)).toEqual({ web: 'http://shop.localhost:4430' })
})

it('L-14: calls what the CDN serves the site and the balancer beside it the api', () => {
  const nodes = [
    zone,
    distribution,
    loadBalancer(),
    listener(443),
    record('shop.localhost', distribution.domainName),
    record('app.shop.localhost', 'lb-1.us-east-1.elb.localhost'),
  ]
  expect(frontDoors(testArchitecture(nodes), ports)).toEqual({
    site: 'http://shop.localhost:4430',
    api: 'http://app.shop.localhost:4430',
  })
})

it('has no door for an internal balancer', () => {
  expect(frontDoors(testArchitecture([loadBalancer({ scheme: 'internal' }), listener(80)]), ports)).toEqual({})
})

it('N-05: calls a name that leads to the Elastic IP of an instance the web', () => {
  const values = { kind: 'values', values: ['198.18.0.9'], ttl: seconds(10) } as const
  const nodes = [
    zone,
    testNode('elasticIp', 'eip', { allocationId: 'eipalloc-1', physicalId: '198.18.0.9', instance: 'i' }),
    testNode('recordSet', 'apex', { zone: 'zone', name: 'shop.localhost', type: 'A', target: values }),
  ]
  expect(frontDoors(testArchitecture(nodes), ports)).toEqual({ web: 'http://shop.localhost:4430' })
})
