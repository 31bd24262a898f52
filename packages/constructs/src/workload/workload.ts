import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { RunnableImage } from '../runnable-image.ts'
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
  readonly image: RunnableImage
  /** Variables whose values are read from Secrets Manager or Parameter Store by the instance's own role when it starts. */
  readonly secrets?: Readonly<Record<string, SecretValue>>
  /** What happens when it ends. Default `always`: it is started again. */
  readonly restart?: 'always' | 'never'
}

/**
 * A program in a container that the others don't need, such as a collector of traces: started last, not waited for, and
 * one that can't be started keeps nothing else from it.
 */
export interface HelperProcess {
  readonly kind: 'helper'
  readonly image: RunnableImage
  readonly environment?: Readonly<Record<string, string>>
  readonly port?: never
  readonly files?: never
}

/** NGINX with what stands inside `http { }` of its configuration; `@zone@` in it is the instance's availability zone. */
export interface NginxProcess extends Common {
  readonly kind: 'nginx'
  readonly configuration: string
}

/**
 * PostgreSQL on the instance itself: it listens on 127.0.0.1 alone, so that no security group can open it. Its data belong
 * on a volume of their own, which `VolumeMount` puts there; on the root volume they go with the instance.
 */
export interface PostgresProcess {
  readonly kind: 'postgres'
  /** Usually 5432. */
  readonly port: number
  /** Of the official image, `public.ecr.aws/docker/library/postgres`: `16`. */
  readonly version: string
  /** Name of the one database. */
  readonly database: string
  /** Who owns it, and administers the server. */
  readonly username: string
  /** Read by the instance's own role at each start; a changed one counts from the next start on. */
  readonly password: SecretValue
  /** Directory of its data, such as `/data/postgres`. */
  readonly data: string
  readonly backups?: PostgresBackups
  readonly files?: never
}

/**
 * Dumps to S3 (`pg_dump --format=custom`), as `<key><database>-<time>.dump`. A database whose directory is empty is filled
 * from the newest one before anybody is let in; when the dumps cannot be read, it does not start.
 */
export interface PostgresBackups {
  readonly bucket: IBucket
  /** Prefix of the dumps, with its slash: `backups/`. */
  readonly key: string
  /** `rate(6 hours)` or `cron(0 3 * * ? *)`, in UTC. */
  readonly schedule: string
  /** How many of the newest dumps stay; at least 1. */
  readonly keep: number
}

export type Process = ImageProcess | HelperProcess | NginxProcess | PostgresProcess

/** What an instance runs, by name; the names appear in logs. */
export type Processes = Readonly<Record<string, Process>>
