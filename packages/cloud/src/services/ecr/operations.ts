import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../gateway/api.ts'
import { timestamp } from '../../gateway/time.ts'
import type { World } from '../../world.ts'
import { InvalidParameterException, LayersNotFoundException } from './errors.ts'
import { LARGEST_BATCH, LARGEST_PAGE, TOKEN_LIFETIME } from './limits.ts'
import { findImage, type Registry, type StoredImage, type StoredRepository } from './state.ts'

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json'

const named = { repositoryName: z.string(), registryId: z.string().optional() }
const imageId = z.strictObject({ imageTag: z.string().optional(), imageDigest: z.string().optional() })
const paged = { maxResults: z.int().min(1).max(LARGEST_PAGE).optional(), nextToken: z.string().optional() }
const tagStatus = z.strictObject({ tagStatus: z.enum(['TAGGED', 'UNTAGGED', 'ANY']).optional() }).optional()

/** The table of ECR. Images can be pulled, not pushed. @see Amazon ECR API Reference, version 2015-09-21 */
export function operations(world: World, registry: Registry): readonly Operation[] {
  const { region } = world.architecture
  const { id } = registry
  const on = (action: string, name: string) => ({
    action: `ecr:${action}`,
    resource: `arn:aws:ecr:${region}:${id}:repository/${name}`,
  })
  return [
    operation({
      name: 'GetAuthorizationToken',
      input: shape({
        registryIds: accepted(
          z.array(z.string()).optional(),
          'a token is good for every registry that its caller may use, and there is one',
        ),
      }),
      authorize: () => ({ action: 'ecr:GetAuthorizationToken', resource: '*' }),
      run: () => ({
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${world.secureRandom.text(64, TOKEN_CHARACTERS)}`).toString('base64'),
            expiresAt: timestamp(world.clock.now() + TOKEN_LIFETIME),
            proxyEndpoint: `https://${id}.dkr.ecr.${region}.amazonaws.com`,
          },
        ],
      }),
    }),
    operation({
      name: 'DescribeRepositories',
      input: shape({
        registryId: z.string().optional(),
        repositoryNames: z.array(z.string()).optional(),
        ...paged,
      }),
      authorize: ({ repositoryNames: names }) =>
        names?.length
          ? names.map(name => on('DescribeRepositories', name))
          : { action: 'ecr:DescribeRepositories', resource: `arn:aws:ecr:${region}:${id}:repository/*` },
      run({ registryId, repositoryNames: names, maxResults, nextToken }) {
        const all = names?.length
          ? names.map(name => registry.repository(name, registryId))
          : registry.allOf(registryId)
        const { items, next } = pageOf(all, ({ name }) => name, maxResults, nextToken)
        return { repositories: items.map(each => describeRepository(each, id)), nextToken: next }
      },
    }),
    operation({
      name: 'ListImages',
      input: shape({ ...named, ...paged, filter: tagStatus }),
      authorize: ({ repositoryName: name }) => on('ListImages', name),
      run({ repositoryName: name, registryId, maxResults, nextToken, filter }) {
        const images = ofStatus(registry.repository(name, registryId), filter?.tagStatus)
        const { items, next } = pageOf(images, ({ digest }) => digest, maxResults, nextToken)
        return { imageIds: items.map(idOf), nextToken: next }
      },
    }),
    operation({
      name: 'DescribeImages',
      input: shape({ ...named, ...paged, imageIds: z.array(imageId).optional(), filter: tagStatus }),
      authorize: ({ repositoryName: name }) => on('DescribeImages', name),
      run({ repositoryName: name, registryId, imageIds: ids, maxResults, nextToken, filter }) {
        const repository = registry.repository(name, registryId)
        const images = ids?.length
          ? ids.map(each => registry.image(repository, each))
          : ofStatus(repository, filter?.tagStatus)
        const { items, next } = pageOf(images, ({ digest }) => digest, maxResults, nextToken)
        return { imageDetails: items.map(image => describeImage(image, repository, id)), nextToken: next }
      },
    }),
    operation({
      name: 'BatchGetImage',
      input: shape({
        ...named,
        imageIds: z.array(imageId).min(1).max(LARGEST_BATCH),
        acceptedMediaTypes: accepted(z.array(z.string()).optional(), 'there is one manifest of one type'),
      }),
      authorize: ({ repositoryName: name }) => on('BatchGetImage', name),
      run({ repositoryName: name, registryId, imageIds: ids }) {
        const repository = registry.repository(name, registryId)
        const found = ids.map(each => ({ imageId: each, image: findImage(repository, each) }))
        return {
          images: found.flatMap(({ image }) =>
            image
              ? [
                  {
                    registryId: id,
                    repositoryName: name,
                    imageId: idOf(image),
                    imageManifest: image.manifest,
                    imageManifestMediaType: MANIFEST_TYPE,
                  },
                ]
              : [],
          ),
          failures: found.flatMap(({ imageId: each, image }) =>
            image ? [] : [{ imageId: each, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }],
          ),
        }
      },
    }),
    operation({
      name: 'GetDownloadUrlForLayer',
      input: shape({ ...named, layerDigest: z.string() }),
      authorize: ({ repositoryName: name }) => on('GetDownloadUrlForLayer', name),
      run({ repositoryName: name, registryId, layerDigest: digest }) {
        const found = registry.repository(name, registryId).images.some(({ layer }) => layer === digest)
        if (!found) throw new LayersNotFoundException(digest, name, id)
        const bucket = `prod-${region}-starport-layer-bucket`
        // differs: nothing is behind it, because the image's files are in the assembly
        return { downloadUrl: `https://${bucket}.s3.${region}.amazonaws.com/${digest}`, layerDigest: digest }
      },
    }),
    operation({
      name: 'ListTagsForResource',
      input: shape({ resourceArn: z.string() }),
      authorize: ({ resourceArn }) => ({ action: 'ecr:ListTagsForResource', resource: resourceArn }),
      run({ resourceArn }) {
        const { tags } = registry.repository(resourceArn.split(':repository/')[1] ?? '')
        return { tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
      },
    }),
  ]
}

const TOKEN_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const idOf = ({ digest, tag }: StoredImage) => ({ imageDigest: digest, imageTag: tag })

/** Every image here has a tag. */
const ofStatus = ({ images }: StoredRepository, status: string | undefined): readonly StoredImage[] =>
  status === 'UNTAGGED' ? [] : images

const describeRepository = ({ name, arn, uri, createdAt }: StoredRepository, registryId: string) => ({
  repositoryName: name,
  repositoryArn: arn,
  repositoryUri: uri,
  registryId,
  createdAt: timestamp(createdAt),
  imageTagMutability: 'IMMUTABLE',
  imageScanningConfiguration: { scanOnPush: false },
  encryptionConfiguration: { encryptionType: 'AES256' },
})

const describeImage = (image: StoredImage, { name, createdAt }: StoredRepository, registryId: string) => ({
  registryId,
  repositoryName: name,
  imageDigest: image.digest,
  imageTags: [image.tag],
  imagePushedAt: timestamp(createdAt),
  imageManifestMediaType: MANIFEST_TYPE,
})

function pageOf<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  size = LARGEST_BATCH,
  token: string | undefined,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString()
  const start = after === undefined ? 0 : all.findIndex(item => keyOf(item) === after) + 1
  if (after !== undefined && start === 0) throw new InvalidParameterException("Invalid parameter at 'nextToken'")
  const items = all.slice(start, start + size)
  const last = items.at(-1)
  const more = last !== undefined && start + items.length < all.length
  return { items, next: more ? Buffer.from(keyOf(last)).toString('base64url') : undefined }
}
