import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateInvalidationCommand,
  GetCachePolicyCommand,
  GetCachePolicyConfigCommand,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  GetInvalidationCommand,
  GetOriginRequestPolicyCommand,
  GetOriginRequestPolicyConfigCommand,
  GetResponseHeadersPolicyCommand,
  GetResponseHeadersPolicyConfigCommand,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListInvalidationsCommand,
  ListOriginRequestPoliciesCommand,
  ListResponseHeadersPoliciesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import { seconds, VirtualClock } from '@terrace/kit'
import { MANAGED_ORIGIN_REQUEST_POLICIES, MANAGED_RESPONSE_HEADERS_POLICIES } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { cloudfront } from './index.ts'
import { dataPlaneService, testBehavior, testDistribution } from './testing.ts'

const DistributionId = 'EDFDVBD6EXAMPLE'
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
const ALL_VIEWER = '216adef6-5c7f-47e4-b989-5492eafa07d3'
const SECURITY = '67f7725c-6f97-4210-82d7-5512b31e9d03'

const reader = testNode('role', 'Reader', {
  name: 'reader',
  arn: 'arn:aws:iam::123456789012:role/reader',
  trust: { Version: '2012-10-17', Statement: [] },
  policies: [
    {
      name: 'read',
      document: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'cloudfront:Get*',
            Resource: `arn:aws:cloudfront::123456789012:distribution/${DistributionId}`,
          },
        ],
      },
    },
  ],
  managedPolicies: [],
})

const site = testDistribution({
  tags: { tier: 'edge' },
  comment: 'the site',
  originGroups: [{ id: 'both', statusCodes: [502, 503], members: ['site', 'api'] }],
  origins: [
    ...testDistribution().origins,
    {
      id: 'api',
      domainName: 'origin.quiz.localhost',
      path: '/v1',
      headers: { 'X-From': 'cdn' },
      connectionAttempts: 2,
      connectionTimeout: seconds(5),
      target: { kind: 's3', accessControl: 'oai', accessId: 'EOAI' },
    },
  ],
  behaviors: [
    testBehavior({
      pattern: '/api/*',
      origin: 'both',
      ...pick(MANAGED_ORIGIN_REQUEST_POLICIES[ALL_VIEWER], MANAGED_RESPONSE_HEADERS_POLICIES[SECURITY]),
    }),
    testBehavior({
      pattern: '/old/*',
      cache: {
        name: 'ForwardedValues',
        minTtl: 0,
        defaultTtl: 5_000,
        maxTtl: 60_000,
        headers: { kind: 'whitelist', names: ['Accept-Language'] },
        cookies: { kind: 'whitelist', names: ['a'] },
        queryStrings: { kind: 'all', names: [] },
        gzip: false,
        brotli: false,
      },
    }),
    testBehavior({ cache: { ...testBehavior().cache, id: 'custom-1', name: 'own' } }),
  ],
  errorResponses: [{ errorCode: 403, responseCode: 200, responsePagePath: '/main.html', errorCachingMinTtl: 10_000 }],
})

function pick<A, B>(originRequest: A | undefined, responseHeaders: B | undefined) {
  return { ...(originRequest && { originRequest }), ...(responseHeaders && { responseHeaders }) }
}

let cloud: TestCloud
let clock: VirtualClock
let client: CloudFrontClient
beforeEach(async () => {
  clock = new VirtualClock()
  cloud = await startTestCloud({ nodes: [site, reader], services: [dataPlaneService, cloudfront], clock })
  client = new CloudFrontClient(clientOptions(cloud.gateway.url))
})
afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

const invalidate = (reference: string, ...paths: string[]) =>
  client.send(
    new CreateInvalidationCommand({
      DistributionId,
      InvalidationBatch: { CallerReference: reference, Paths: { Quantity: paths.length, Items: paths } },
    }),
  )

describe('a distribution', () => {
  it('Q-16: is told as the template says', async () => {
    const { Distribution, ETag } = await client.send(new GetDistributionCommand({ Id: DistributionId }))
    expect(ETag).toMatch(/^E[0-9A-F]{13}$/)
    expect((await client.send(new GetDistributionConfigCommand({ Id: DistributionId }))).ETag).toBe(ETag)
    expect(Distribution).toMatchObject({
      Id: DistributionId,
      ARN: `arn:aws:cloudfront::123456789012:distribution/${DistributionId}`,
      Status: 'Deployed',
      DomainName: 'd111111abcdef8.cloudfront.localhost',
      InProgressInvalidationBatches: 0,
      DistributionConfig: {
        Aliases: { Quantity: 1, Items: ['quiz.localhost'] },
        DefaultRootObject: 'main.html',
        Comment: 'the site',
        Enabled: true,
        Origins: {
          Quantity: 2,
          Items: [
            { Id: 'site', OriginAccessControlId: 'EOAC', S3OriginConfig: { OriginAccessIdentity: '' } },
            {
              Id: 'api',
              OriginPath: '/v1',
              ConnectionAttempts: 2,
              ConnectionTimeout: 5,
              CustomHeaders: { Items: [{ HeaderName: 'X-From', HeaderValue: 'cdn' }] },
              S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/EOAI' },
            },
          ],
        },
        OriginGroups: {
          Items: [
            {
              Id: 'both',
              FailoverCriteria: { StatusCodes: { Items: [502, 503] } },
              Members: { Items: [{ OriginId: 'site' }, { OriginId: 'api' }] },
            },
          ],
        },
        DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: 'custom-1' },
        CacheBehaviors: {
          Quantity: 2,
          Items: [
            {
              PathPattern: '/api/*',
              TargetOriginId: 'both',
              OriginRequestPolicyId: ALL_VIEWER,
              ResponseHeadersPolicyId: SECURITY,
            },
            {
              PathPattern: '/old/*',
              DefaultTTL: 5,
              ForwardedValues: {
                QueryString: true,
                Cookies: { Forward: 'whitelist', WhitelistedNames: { Items: ['a'] } },
                Headers: { Items: ['Accept-Language'] },
              },
            },
          ],
        },
        CustomErrorResponses: { Items: [{ ErrorCode: 403, ResponseCode: '200', ErrorCachingMinTTL: 10 }] },
        PriceClass: 'PriceClass_All',
        HttpVersion: 'http2',
      },
    })
  })

  it('is told by its configuration alone, in a list, and by its tags', async () => {
    const { DistributionConfig } = await client.send(new GetDistributionConfigCommand({ Id: DistributionId }))
    expect(DistributionConfig).toMatchObject({ DefaultRootObject: 'main.html', IsIPV6Enabled: true })
    const { DistributionList } = await client.send(new ListDistributionsCommand({ MaxItems: 5 }))
    expect(DistributionList).toMatchObject({
      MaxItems: 5,
      IsTruncated: false,
      Quantity: 1,
      Items: [{ Id: DistributionId, Aliases: { Items: ['quiz.localhost'] }, Comment: 'the site' }],
    })
    const { Tags } = await client.send(new ListTagsForResourceCommand({ Resource: site.arn }))
    expect(Tags?.Items).toEqual([{ Key: 'tier', Value: 'edge' }])
  })

  it('that nobody knows is refused, as is a change', async () => {
    await expect(client.send(new GetDistributionCommand({ Id: 'EUNKNOWN' }))).rejects.toMatchObject({
      name: 'NoSuchDistribution',
      $metadata: { httpStatusCode: 404 },
    })
    const Resource = 'arn:aws:cloudfront::123456789012:distribution/EUNKNOWN'
    await expect(client.send(new ListTagsForResourceCommand({ Resource }))).rejects.toMatchObject({
      name: 'NoSuchResource',
    })
    await expect(client.send(new ListTagsForResourceCommand({ Resource: 'no' }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
    await expect(client.send(new ListDistributionsCommand({ Marker: 'no' }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
    const { DistributionConfig } = await client.send(new GetDistributionConfigCommand({ Id: DistributionId }))
    await expect(client.send(new CreateDistributionCommand({ DistributionConfig }))).rejects.toThrow(/not emulated/)
  })

  it('is told to those whom their role allows it', async () => {
    const principal = {
      kind: 'role',
      role: reader.id,
      arn: reader.arn,
      sessionArn: 'arn:aws:sts::123456789012:assumed-role/reader/i',
    } as const
    const allowed = new CloudFrontClient(await cloud.as(principal))
    expect((await allowed.send(new GetDistributionCommand({ Id: DistributionId }))).Distribution?.Id).toBe(
      DistributionId,
    )
    await expect(allowed.send(new ListDistributionsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
    allowed.destroy()
  })
})

describe('an invalidation', () => {
  it('Q-16: is in progress, then completed', async () => {
    const { Invalidation, Location, $metadata } = await invalidate('one', '/main.html', '/static/*')
    expect([$metadata.httpStatusCode, Location]).toEqual([201, expect.stringContaining(Invalidation?.Id ?? 'nothing')])
    expect(Invalidation).toMatchObject({
      Id: expect.stringMatching(/^I[A-Z0-9]{13,}$/),
      Status: 'InProgress',
      InvalidationBatch: { CallerReference: 'one', Paths: { Quantity: 2, Items: ['/main.html', '/static/*'] } },
    })
    const status = async () =>
      (await client.send(new GetInvalidationCommand({ DistributionId, Id: Invalidation?.Id }))).Invalidation?.Status
    const { Distribution } = await client.send(new GetDistributionCommand({ Id: DistributionId }))
    expect([await status(), Distribution?.InProgressInvalidationBatches]).toEqual(['InProgress', 1])
    await clock.advance(seconds(10))
    expect(await status()).toBe('Completed')
  })

  it('is the same one when it is asked for again, and refused with other paths', async () => {
    const first = await invalidate('one', '/a')
    expect((await invalidate('one', '/a')).Invalidation?.Id).toBe(first.Invalidation?.Id)
    await expect(invalidate('one', '/b')).rejects.toMatchObject({
      name: 'InvalidationBatchAlreadyExists',
      $metadata: { httpStatusCode: 409 },
    })
  })

  it('is listed, the newest first, in pages', async () => {
    const ids = []
    for (const name of ['a', 'b', 'c']) ids.unshift((await invalidate(name, `/${name}`)).Invalidation?.Id)
    const { InvalidationList: first } = await client.send(new ListInvalidationsCommand({ DistributionId, MaxItems: 2 }))
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: ids[1], Items: [{ Id: ids[0] }, { Id: ids[1] }] })
    const { InvalidationList: second } = await client.send(
      new ListInvalidationsCommand({ DistributionId, Marker: first?.NextMarker }),
    )
    expect(second).toMatchObject({ IsTruncated: false, Items: [{ Id: ids[2], Status: 'InProgress' }] })
  })

  it.each([
    ['a path without its slash', ['main.html']],
    ['a wildcard in the middle', ['/a*/b']],
    ['a space', ['/a b']],
    ['a path that is too long', [`/${'x'.repeat(4000)}`]],
    ['no path at all', []],
  ])('with %s is refused', async (_, paths) => {
    await expect(invalidate('one', ...paths)).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('whose quantity is another one than that of its paths is refused', async () => {
    const InvalidationBatch = { CallerReference: 'one', Paths: { Quantity: 2, Items: ['/a'] } }
    await expect(
      client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch })),
    ).rejects.toMatchObject({ name: 'InconsistentQuantities' })
  })

  it('is refused beyond 3,000 paths, and beyond 15 wildcards in progress', async () => {
    const many = Array.from({ length: 3001 }, (_, index) => `/${index}`)
    await expect(invalidate('many', ...many)).rejects.toMatchObject({
      name: 'BatchTooLarge',
      $metadata: { httpStatusCode: 413 },
    })
    await invalidate('most', ...many.slice(1))
    await expect(invalidate('more', '/more')).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' })
    await invalidate('wild', ...Array.from({ length: 15 }, (_, index) => `/${index}/*`))
    await expect(invalidate('wilder', '/*')).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' })
    await clock.advance(seconds(10))
    expect((await invalidate('wilder', '/*')).Invalidation?.Status).toBe('InProgress')
  })

  it('that nobody knows is refused', async () => {
    await expect(client.send(new GetInvalidationCommand({ DistributionId, Id: 'I1' }))).rejects.toMatchObject({
      name: 'NoSuchInvalidation',
    })
  })

  it('follows a deployment that names the distribution, if that has changed anything', async () => {
    const deployed = (written: number) =>
      cloud.world.journal.write({
        kind: 's3.deployed',
        node: 'Deploy',
        message: 'deployed',
        details: {
          bucket: 'site',
          written,
          unchanged: 1,
          removed: 0,
          distribution: site.id,
          invalidationPaths: ['/*'],
        },
      })
    deployed(0)
    deployed(2)
    const { InvalidationList } = await client.send(new ListInvalidationsCommand({ DistributionId }))
    expect(InvalidationList?.Quantity).toBe(1)
  })
})

describe('policies', () => {
  it("are AWS's own, and those that behaviors name", async () => {
    const { CachePolicyList: all } = await client.send(new ListCachePoliciesCommand({}))
    expect(all?.Items?.map(({ Type, CachePolicy }) => [Type, CachePolicy?.CachePolicyConfig?.Name])).toEqual(
      expect.arrayContaining([
        ['managed', 'CachingOptimized'],
        ['managed', 'CachingDisabled'],
        ['custom', 'own'],
      ]),
    )
    const { CachePolicyList: own } = await client.send(new ListCachePoliciesCommand({ Type: 'custom' }))
    expect(own?.Items?.map(({ CachePolicy }) => CachePolicy?.Id)).toEqual(['custom-1'])
    const { OriginRequestPolicyList } = await client.send(
      new ListOriginRequestPoliciesCommand({ Type: 'managed', MaxItems: 2 }),
    )
    expect(OriginRequestPolicyList).toMatchObject({ Quantity: 2, NextMarker: expect.any(String) })
    const { ResponseHeadersPolicyList } = await client.send(new ListResponseHeadersPoliciesCommand({}))
    expect(ResponseHeadersPolicyList?.Quantity).toBe(5)
  })

  it('are told one by one', async () => {
    const { CachePolicy } = await client.send(new GetCachePolicyCommand({ Id: CACHING_OPTIMIZED }))
    expect(CachePolicy?.CachePolicyConfig).toMatchObject({
      Name: 'CachingOptimized',
      MinTTL: 1,
      DefaultTTL: 86_400,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingBrotli: true,
        HeadersConfig: { HeaderBehavior: 'none' },
      },
    })
    expect((await client.send(new GetCachePolicyConfigCommand({ Id: CACHING_OPTIMIZED }))).ETag).toMatch(/^E/)
    const { OriginRequestPolicy } = await client.send(new GetOriginRequestPolicyCommand({ Id: ALL_VIEWER }))
    expect(OriginRequestPolicy?.OriginRequestPolicyConfig).toMatchObject({
      Name: 'AllViewer',
      HeadersConfig: { HeaderBehavior: 'allViewer' },
      CookiesConfig: { CookieBehavior: 'all' },
    })
    const { ResponseHeadersPolicy } = await client.send(new GetResponseHeadersPolicyCommand({ Id: SECURITY }))
    expect(ResponseHeadersPolicy?.ResponseHeadersPolicyConfig?.CustomHeadersConfig?.Items).toContainEqual({
      Header: 'X-Content-Type-Options',
      Value: 'nosniff',
      Override: true,
    })
  })

  it('are told by their configurations alone', async () => {
    const { CachePolicyConfig } = await client.send(new GetCachePolicyConfigCommand({ Id: 'custom-1' }))
    const { OriginRequestPolicyConfig } = await client.send(new GetOriginRequestPolicyConfigCommand({ Id: ALL_VIEWER }))
    const { ResponseHeadersPolicyConfig } = await client.send(
      new GetResponseHeadersPolicyConfigCommand({ Id: SECURITY }),
    )
    expect([CachePolicyConfig?.Name, OriginRequestPolicyConfig?.Name, ResponseHeadersPolicyConfig?.Name]).toEqual([
      'own',
      'AllViewer',
      'SecurityHeadersPolicy',
    ])
  })

  it('that nobody knows are refused', async () => {
    await expect(client.send(new GetCachePolicyCommand({ Id: 'no' }))).rejects.toMatchObject({
      name: 'NoSuchCachePolicy',
    })
    await expect(client.send(new GetOriginRequestPolicyCommand({ Id: 'no' }))).rejects.toMatchObject({
      name: 'NoSuchOriginRequestPolicy',
    })
    await expect(client.send(new GetResponseHeadersPolicyCommand({ Id: 'no' }))).rejects.toMatchObject({
      name: 'NoSuchResponseHeadersPolicy',
    })
  })
})
