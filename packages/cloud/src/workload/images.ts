import type { ContainerImage } from '@terrace/model'
import { memberOf } from '../gateway/xml.ts'
import type { AwsCalls } from './aws-calls.ts'
import type { LaunchTarget } from './host.ts'
import { LaunchFailure, type LaunchNeed } from './launch-failure.ts'

/** An image's place in a private registry of ECR. */
export interface EcrReference {
  readonly account: string
  readonly region: string
  readonly registry: string
  readonly repository: string
  readonly tag: string
}

/** Reads `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`; nothing when the image is from elsewhere. */
export function ecrReference(uri: string): EcrReference | undefined {
  const parts = /^((\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com)\/([^:@]+)(?:[:@](.+))?$/.exec(uri)
  if (!parts) return undefined
  const [, registry = '', account = '', region = '', repository = '', tag = 'latest'] = parts
  return { account, region, registry, repository, tag }
}

/** The bucket of ECR that holds the layers. @see Amazon ECR User Guide "Minimum Amazon S3 bucket permissions for Amazon ECR" */
export const layerBucket = (region: string): string => `prod-${region}-starport-layer-bucket`

/** What pulling needs of its host. */
export interface PullSite {
  readonly calls: AwsCalls
  /** @throws LaunchFailure */
  readonly reach: (target: LaunchTarget) => Promise<void>
}

/**
 * Takes the steps of `aws ecr get-login-password | docker login` and `docker pull`: a token from the API, the manifest
 * from the registry, the layers from S3. The image's content is in the assembly and is not moved.
 *
 * @throws LaunchFailure at the first step that fails
 */
export async function pullImage(image: ContainerImage, { calls, reach }: PullSite): Promise<void> {
  const need: LaunchNeed = { kind: 'image', uri: image.uri }
  const ecr = ecrReference(image.uri)
  if (!ecr) return reach({ need, host: registryOf(image.uri), action: '*', resource: '*' })
  const host = `api.ecr.${ecr.region}.amazonaws.com`
  const call = (operation: string, over: string, input: unknown) =>
    calls.text({
      need,
      service: 'ecr',
      title: 'ECR',
      operation,
      host,
      over,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      },
      body: JSON.stringify(input),
    })
  const { account, repository, registry, region, tag } = ecr
  await call('GetAuthorizationToken', host, {})
  const imageId = tag.startsWith('sha256:') ? { imageDigest: tag } : { imageTag: tag }
  const found: unknown = JSON.parse(
    await call('BatchGetImage', registry, {
      registryId: account,
      repositoryName: repository,
      imageIds: [imageId],
    }),
  )
  const digest = layerOf(found)
  if (digest === undefined) {
    const message = `manifest for ${image.uri} not found: manifest unknown: Requested image not found`
    throw new LaunchFailure(need, { kind: 'unusable', message })
  }
  await call('GetDownloadUrlForLayer', registry, {
    registryId: account,
    repositoryName: repository,
    layerDigest: digest,
  })
  const bucket = layerBucket(region)
  await reach({
    need,
    host: `${bucket}.s3.${region}.amazonaws.com`,
    action: 's3:GetObject',
    resource: `arn:aws:s3:::${bucket}/${digest}`,
  })
}

/** The digest of the first layer in a manifest that BatchGetImage has answered. */
function layerOf(answer: unknown): string | undefined {
  const [image]: readonly unknown[] = Object(memberOf(answer, 'images'))
  const manifest = memberOf(image, 'imageManifest')
  if (typeof manifest !== 'string') return undefined
  const [layer]: readonly unknown[] = Object(memberOf(JSON.parse(manifest), 'layers'))
  const digest = memberOf(layer, 'digest')
  return typeof digest === 'string' ? digest : undefined
}

/** Images without a registry in their name are Docker Hub's. */
function registryOf(uri: string): string {
  const [first = ''] = uri.split('/')
  return uri.includes('/') && /[.:]/.test(first) ? first : 'registry-1.docker.io'
}
