import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ContainerImage } from '../container-image.ts'
import type { SecureParameter } from '../secure-parameter.ts'

/** What is needed of a secret: where it is, and that a role may read it. */
export type ReadableSecret = Pick<ISecret, 'secretArn' | 'grantRead'>

/** A secret as a process sees it: the whole value, one key of a JSON value, or a SecureString. */
export type SecretValue = ReadableSecret | { readonly secret: ReadableSecret; readonly key: string } | SecureParameter

/** Objects that are fetched before the process starts. */
export interface WorkloadFiles {
  readonly bucket: IBucket
  /** One object, or everything beneath it when it is empty or ends in `/`. */
  readonly key: string
  /** Where on the instance: the file, or the directory. */
  readonly path: string
}

interface Common {
  /** TCP port that it listens on. */
  readonly port: number
  /** Variables, beside `HOST` and `PORT`, which are always set. */
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: readonly WorkloadFiles[]
}

/** A program in a container. */
export interface ImageProcess extends Common {
  readonly kind: 'image'
  readonly image: ContainerImage
  /** Variables whose values are read from Secrets Manager or Parameter Store by the instance's own role when it starts. */
  readonly secrets?: Readonly<Record<string, SecretValue>>
  /** What happens when it ends. Default `always`: it is started again. */
  readonly restart?: 'always' | 'never'
}

/** NGINX with what stands inside `http { }` of its configuration; `@zone@` in it is the instance's availability zone. */
export interface NginxProcess extends Common {
  readonly kind: 'nginx'
  readonly configuration: string
}

export type Process = ImageProcess | NginxProcess

/** What an instance runs, by name; the names appear in logs. */
export type Processes = Readonly<Record<string, Process>>
