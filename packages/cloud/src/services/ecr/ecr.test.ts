import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { imageIn, imageProcess, machineWith } from '../../workload/testing.ts'
import { ecr } from './index.ts'

const role = testRole('puller', { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' })

const nodes = [
  role,
  testNode('launchTemplate', 'template', { name: 'app', machine: machineWith([imageProcess(imageIn('/'))]) }),
  testNode('repository', 'own', {
    name: 'own',
    arn: 'arn:aws:ecr:us-east-1:123456789012:repository/own',
    uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/own',
  }),
]

let cloud: TestCloud
let client: ECRClient

beforeEach(async () => {
  cloud = await startTestCloud({ nodes, services: [ecr] })
  client = new ECRClient(clientOptions(cloud.gateway.url))
})

afterEach(async () => {
  client.destroy()
  await cloud.stop()
})

describe('the registry', () => {
  it('has the repositories of the template, and those of the images of the assembly', async () => {
    const { repositories } = await client.send(new DescribeRepositoriesCommand({}))
    expect(repositories?.map(({ repositoryName: name }) => name)).toEqual(['own', 'cdk-assets'])
    expect(repositories?.[0]).toMatchObject({
      repositoryUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/own',
      registryId: '123456789012',
    })
    const { tags } = await client.send(
      new ListTagsForResourceCommand({ resourceArn: repositories?.[0]?.repositoryArn }),
    )
    expect(tags).toEqual([])
  })

  it('of another account has nothing', async () => {
    const other = { registryId: '210987654321' }
    expect((await client.send(new DescribeRepositoriesCommand(other))).repositories).toEqual([])
    const failure = await failureOf(client.send(new ListImagesCommand({ ...other, repositoryName: 'own' })))
    expect(failure).toMatchObject({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'own' does not exist in the registry with id '210987654321'",
    })
    const own = { registryId: '123456789012', repositoryName: 'own' }
    expect((await client.send(new ListImagesCommand(own))).imageIds).toEqual([])
  })

  it('lists repositories in pages', async () => {
    const first = await client.send(new DescribeRepositoriesCommand({ maxResults: 1 }))
    const second = await client.send(new DescribeRepositoriesCommand({ maxResults: 1, nextToken: first.nextToken }))
    expect(second.repositories?.[0]?.repositoryName).toBe('cdk-assets')
    expect(second.nextToken).toBeUndefined()
  })

  it('gives what a pull asks for: a token, a manifest, the place of its layer', async () => {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}))
    const [token] = authorizationData ?? []
    expect(Buffer.from(token?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:\w{64}$/)
    expect(token?.proxyEndpoint).toBe('https://123456789012.dkr.ecr.us-east-1.amazonaws.com')
    const imageIds = [{ imageTag: '0123456789abcdef' }, { imageTag: 'other' }]
    const { images, failures } = await client.send(new BatchGetImageCommand({ repositoryName: 'cdk-assets', imageIds }))
    expect(failures).toMatchObject([{ imageId: { imageTag: 'other' }, failureCode: 'ImageNotFound' }])
    const manifest = JSON.parse(images?.[0]?.imageManifest ?? '{}')
    const layer = await client.send(
      new GetDownloadUrlForLayerCommand({ repositoryName: 'cdk-assets', layerDigest: manifest.layers[0].digest }),
    )
    expect(layer.downloadUrl).toContain('prod-us-east-1-starport-layer-bucket')
    const listed = await client.send(new ListImagesCommand({ repositoryName: 'cdk-assets' }))
    const described = await client.send(new DescribeImagesCommand({ repositoryName: 'cdk-assets' }))
    expect(described.imageDetails?.[0]).toMatchObject({
      imageDigest: listed.imageIds?.[0]?.imageDigest,
      imageTags: ['0123456789abcdef'],
    })
  })

  it('answers with the errors of AWS', async () => {
    const missing = await failureOf(client.send(new ListImagesCommand({ repositoryName: 'none' })))
    expect(missing).toMatchObject({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'none' does not exist in the registry with id '123456789012'",
    })
    const push = await failureOf(
      client.send(new PutImageCommand({ repositoryName: 'own', imageManifest: '{}', imageTag: 'x' })),
    )
    expect(push.message).toContain('the operation PutImage is not emulated')
  })

  it('is read by those alone who may', async () => {
    const puller = new ECRClient(await cloud.as(sessionOf(role)))
    await puller.send(new GetAuthorizationTokenCommand({}))
    const denied = await failureOf(
      puller.send(new BatchGetImageCommand({ repositoryName: 'own', imageIds: [{ imageTag: 'x' }] })),
    )
    expect(denied.name).toBe('AccessDeniedException')
    expect(denied.message).toContain(
      'ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:123456789012:repository/own because no identity-based policy allows',
    )
    puller.destroy()
  })
})
