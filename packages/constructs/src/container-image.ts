import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { RunnableImage } from './runnable-image.ts'

export interface ContainerImageProps {
  /** The build context: a `Dockerfile` and what it copies, such as `bundleNodeApp` makes. */
  readonly directory: string
  /** The processor of the instances that run it. Default `x86-64`. */
  readonly processor?: Processor
}

/** x86-64, or Graviton. */
export type Processor = 'x86-64' | 'arm64'

/** An image that `cdk deploy` builds and pushes to ECR; its tag is the hash of the directory. */
export class ContainerImage extends Construct implements RunnableImage {
  readonly #asset: DockerImageAsset

  constructor(scope: Construct, id: string, props: ContainerImageProps) {
    super(scope, id)
    this.#asset = new DockerImageAsset(this, 'Asset', {
      directory: props.directory,
      platform: props.processor === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    })
  }

  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<hash of the directory>` */
  get uri(): string {
    return this.#asset.imageUri
  }

  /** Lets somebody pull it, and nothing else. */
  grantPull(grantee: IGrantable): void {
    this.#asset.repository.grantPull(grantee)
  }
}
