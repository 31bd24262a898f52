import { digest, type Instant } from '@terrace/kit'
import { type Architecture, type ContainerImage, nodesOf } from '@terrace/model'
import { ImageNotFoundException, RepositoryNotFoundException } from './errors.ts'

/** An image of a repository. */
export interface StoredImage {
  readonly tag: string
  /** `sha256:…` of its manifest. differs: made up from its name, because nothing is built */
  readonly digest: string
  readonly layer: string
  /** Docker's manifest, version 2, schema 2, as JSON. */
  readonly manifest: string
}

/** A repository of the template, or one that the deployment pushes assets to. */
export interface StoredRepository {
  readonly name: string
  readonly arn: string
  readonly uri: string
  readonly createdAt: Instant
  readonly images: readonly StoredImage[]
  /** Of a repository of the template. */
  readonly tags: Readonly<Record<string, string>>
}

/** The registry of the account: what the template defines, and what its images come from. */
export class Registry {
  readonly id: string
  readonly #repositories = new Map<string, StoredRepository>()

  constructor(architecture: Architecture, startedAt: Instant) {
    const { account, region } = architecture
    this.id = account
    const host = `${account}.dkr.ecr.${region}.amazonaws.com`
    const images = Map.groupBy(assetImages(architecture, host), ({ repository }) => repository)
    const names = new Set([...nodesOf(architecture, 'repository').map(({ name }) => name), ...images.keys()])
    for (const name of names) {
      const node = nodesOf(architecture, 'repository').find(each => each.name === name)
      this.#repositories.set(name, {
        name,
        arn: node?.arn ?? `arn:aws:ecr:${region}:${account}:repository/${name}`,
        uri: node?.uri ?? `${host}/${name}`,
        createdAt: startedAt,
        images: (images.get(name) ?? []).map(({ tag }) => imageOf(name, tag)),
        tags: node?.tags ?? {},
      })
    }
  }

  get all(): readonly StoredRepository[] {
    return [...this.#repositories.values()]
  }

  /** Those of a registry; other accounts than this one have none. */
  allOf(registry = this.id): readonly StoredRepository[] {
    return registry === this.id ? this.all : []
  }

  /**
   * @param registry  an account; absent: this one
   * @throws RepositoryNotFoundException
   */
  repository(name: string, registry = this.id): StoredRepository {
    const found = registry === this.id ? this.#repositories.get(name) : undefined
    if (!found) throw new RepositoryNotFoundException(name, registry)
    return found
  }

  /** @throws ImageNotFoundException */
  image(repository: StoredRepository, id: ImageId): StoredImage {
    const found = findImage(repository, id)
    if (found) return found
    const what = id.imageDigest === undefined ? `imageTag:'${id.imageTag}'` : `imageDigest:'${id.imageDigest}'`
    throw new ImageNotFoundException(repository.name, this.id, what)
  }
}

export interface ImageId {
  readonly imageTag?: string | undefined
  readonly imageDigest?: string | undefined
}

export const findImage = ({ images }: StoredRepository, { imageTag, imageDigest }: ImageId): StoredImage | undefined =>
  images.find(image => (imageDigest === undefined ? image.tag === imageTag : image.digest === imageDigest))

/** The images of the assembly, which `cdk deploy` would have pushed. */
function assetImages(architecture: Architecture, host: string): { repository: string; tag: string }[] {
  const machines = [
    ...nodesOf(architecture, 'launchTemplate'),
    ...nodesOf(architecture, 'autoScalingGroup'),
    ...nodesOf(architecture, 'instance'),
  ].flatMap(({ machine }) => machine.workload?.processes ?? [])
  const images: ContainerImage[] = [
    ...machines.flatMap(process => (process.kind === 'image' ? [process.image] : [])),
    ...nodesOf(architecture, 'taskDefinition').flatMap(({ containers }) => containers.map(({ image }) => image)),
  ]
  const uris = new Set(images.filter(({ kind }) => kind === 'directory').map(({ uri }) => uri))
  return [...uris]
    .filter(uri => uri.startsWith(`${host}/`))
    .map(uri => {
      const [repository = '', tag = 'latest'] = uri.slice(host.length + 1).split(':')
      return { repository, tag }
    })
}

function imageOf(repository: string, tag: string): StoredImage {
  const layer = `sha256:${digest(`${repository}:${tag} layer`, 64)}`
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 0,
      digest: `sha256:${digest(`${repository}:${tag} config`, 64)}`,
    },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 0, digest: layer }],
  })
  return { tag, digest: `sha256:${digest(`${repository}:${tag}`, 64)}`, layer, manifest }
}
