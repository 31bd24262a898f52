import { join } from 'node:path'
import { type Architecture, nodesOf } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', name)

describe('a distribution', () => {
  let architecture: Architecture
  beforeAll(async () => {
    architecture = await load({ kind: 'template', file: fixture('edge.yaml') })
  })
  const distribution = () => nodesOf(architecture, 'distribution')[0]

  it('L-16 has its origins, with the access control of the bucket', () => {
    expect(distribution()).toMatchObject({
      aliases: ['example.com'],
      certificate: nodesOf(architecture, 'certificate')[0]?.arn,
      arn: `arn:aws:cloudfront::123456789012:distribution/${distribution()?.physicalId}`,
      tags: { tier: 'edge' },
      logging: { prefix: 'cdn/' },
      origins: [
        {
          id: 'site',
          domainName: 'example-pages.s3.us-east-1.amazonaws.com',
          target: { kind: 's3', accessControl: 'oac' },
        },
        {
          id: 'api',
          path: '/v1',
          headers: { 'X-From': 'cdn' },
          target: { kind: 'custom', protocol: 'https-only', httpsPort: 443, readTimeout: 20_000 },
        },
      ],
      errorResponses: [
        { errorCode: 403, responseCode: 200, responsePagePath: '/index.html', errorCachingMinTtl: 10_000 },
      ],
    })
  })

  it('L-16 has its behaviours in order, the default last, with managed and own cache policies', () => {
    expect(distribution()?.behaviors).toMatchObject([
      { pattern: '/assets/*', viewerProtocol: 'redirect-to-https', cache: { name: 'CachingOptimized', minTtl: 1000 } },
      {
        pattern: '/api/*',
        allowedMethods: { length: 7 },
        cache: {
          name: 'brief',
          maxTtl: 60_000,
          headers: { kind: 'whitelist', names: ['Accept-Language'] },
          queryStrings: { kind: 'allExcept', names: ['utm_source'] },
        },
        originRequest: { name: 'AllViewerExceptHostHeader', headers: { kind: 'allExcept', names: ['Host'] } },
      },
      { pattern: '*', compress: true, cache: { name: 'CachingDisabled' }, responseHeaders: { name: 'headers' } },
    ])
  })

  it('writes security headers out', () => {
    expect(distribution()?.behaviors.at(-1)?.responseHeaders).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'headers',
      set: [
        { name: 'Content-Security-Policy', value: "default-src 'self'", override: true },
        { name: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains', override: true },
        { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
        { name: 'X-Frame-Options', value: 'DENY', override: true },
        { name: 'X-XSS-Protection', value: '1; mode=block', override: false },
        { name: 'Cache-Control', value: 'no-cache', override: true },
      ],
      remove: ['Server'],
      cors: {
        allowOrigins: ['https://example.com'],
        allowMethods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
        allowHeaders: ['*'],
        exposeHeaders: [],
        allowCredentials: false,
        maxAge: 600_000,
        originOverride: true,
      },
    })
  })

  it('L-10 a certificate has each name once', () => {
    expect(nodesOf(architecture, 'certificate')[0]).toMatchObject({
      names: ['example.com', '*.example.com'],
      validation: 'DNS',
    })
  })

  it('lists a property deep inside with its path', () => {
    expect(architecture.gaps.map(({ path }) => path)).toEqual([
      'Resources.Cdn.Properties.DistributionConfig.CacheBehaviors.1.FunctionAssociations',
    ])
  })
})

describe('machines', () => {
  let architecture: Architecture
  beforeAll(async () => {
    architecture = await load({ kind: 'template', file: fixture('machines.yaml') })
  })

  it('a single instance wins over its launch template, property by property', () => {
    expect(nodesOf(architecture, 'instance')[0]).toMatchObject({
      machine: {
        instanceType: 't3.nano',
        imageId: 'ami-0123456789abcdef0',
        securityGroups: ['machines/Group'],
        role: 'machines/Role',
      },
      subnet: 'machines/Subnet',
      zone: 'us-east-1c',
      publicAddress: false,
    })
    expect(nodesOf(architecture, 'elasticIp')[0]).toMatchObject({ instance: 'machines/Bastion' })
  })

  it('a role names its managed policies, those of the template and those that name it included', () => {
    const [readAll, writeAll] = nodesOf(architecture, 'managedPolicy')
    expect(readAll).toMatchObject({
      name: 'read-all',
      arn: 'arn:aws:iam::123456789012:policy/read-all',
      document: { Statement: [{ Action: 's3:Get*' }] },
    })
    expect(nodesOf(architecture, 'role')[0]).toMatchObject({
      policies: [{ name: 'beside', document: { Statement: [{ Action: 's3:List*' }] } }],
      managedPolicies: [readAll?.arn, 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore', writeAll?.arn],
      permissionsBoundary: readAll?.arn,
    })
  })

  it('what cannot be modelled stays as other, and whoever refers to it says so', () => {
    const others = nodesOf(architecture, 'other').map(({ origin }) => origin.logicalId)
    expect(others).toEqual(['Outside', 'Network', 'NetworkListener'])
    expect(architecture.gaps.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'value Rules.AskAws',
      'resourceType Resources.Outside.Properties.VpcId',
      'value Resources.FromOutside.Properties.SourceSecurityGroupId',
      'resourceType Resources.Network.Properties.Type',
      'resourceType Resources.NetworkListener.Properties.LoadBalancerArn',
    ])
  })

  it('L-08 a rule whose peer is not modelled is left out rather than opened', () => {
    expect(nodesOf(architecture, 'securityGroup')[0]).toMatchObject({ ingress: [] })
  })
})
