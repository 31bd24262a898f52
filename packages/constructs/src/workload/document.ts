import { checkPostgres } from './postgres.ts'
import type {
  HelperProcess,
  ImageProcess,
  NginxProcess,
  PostgresProcess,
  Process,
  Processes,
  SecretValue,
  WorkloadFiles,
} from './workload.ts'

/**
 * What is written to `/etc/terrace/workload.json`: read by the start script on the instance, and by everybody who wants
 * to know from the template what an instance runs.
 */
export interface WorkloadDocument {
  readonly processes: Readonly<Record<string, ProcessDocument>>
}

/** What it is shows in its key `image`, `nginx` or `postgres`. */
export type ProcessDocument = ImageDocument | NginxDocument | PostgresDocument

interface CommonDocument {
  /** Absent: a helper, which nobody waits for. */
  readonly port?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: readonly { readonly s3: string; readonly path: string }[]
}

/**
 * `secrets` maps a variable to a secret's ARN, to `<arn>:<key>` for one key of a JSON value, or to the ARN of a parameter
 * of SSM.
 */
export interface ImageDocument extends CommonDocument {
  readonly image: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly restart: 'always' | 'never'
}

/** `nginx` is what stands inside `http { }`; the instance puts its availability zone in the place of `@zone@`. */
export interface NginxDocument extends CommonDocument {
  readonly port: number
  readonly nginx: string
}

/** `password` is the ARN of a secret or of a parameter of SSM; `backups.s3` ends in a slash. */
export interface PostgresDocument {
  readonly postgres: {
    readonly version: string
    readonly database: string
    readonly username: string
    readonly password: string
    readonly data: string
    readonly backups?: { readonly s3: string; readonly schedule: string; readonly keep: number }
  }
  readonly port: number
}

/**
 * The document of a set of processes, with CloudFormation's references still in it; their order is the one in which they
 * are started.
 *
 * @throws when a database or its schedule is none
 */
export function workloadDocument(processes: Processes): WorkloadDocument {
  const databases = Object.keys(processes).filter(name => processes[name]?.kind === 'postgres')
  if (databases.length > 1) {
    throw new Error(`an instance runs one PostgreSQL, not ${databases.length}: ${databases.join(', ')}`)
  }
  return {
    processes: Object.fromEntries(Object.entries(processes).map(([name, process]) => [name, describe(process)])),
  }
}

function describe(process: Process): ProcessDocument {
  switch (process.kind) {
    case 'image':
      return describeImage(process)
    case 'helper':
      return describeHelper(process)
    case 'nginx':
      return describeNginx(process)
    case 'postgres':
      return describePostgres(process)
  }
}

const describeImage = (process: ImageProcess): ImageDocument => ({
  image: process.image.uri,
  ...common(process),
  ...(process.secrets && { secrets: mapValues(process.secrets, secretReference) }),
  restart: process.restart ?? 'always',
})

const describeHelper = ({ image, environment }: HelperProcess): ImageDocument => ({
  image: image.uri,
  ...(environment && { environment }),
  restart: 'always',
})

const describeNginx = (process: NginxProcess): NginxDocument => ({
  nginx: process.configuration,
  ...common(process),
  port: process.port,
})

function describePostgres(process: PostgresProcess): PostgresDocument {
  checkPostgres(process)
  const { version, database, username, password, data, backups, port } = process
  const dumps = backups && {
    s3: backups.bucket.s3UrlForObject(backups.key),
    schedule: backups.schedule,
    keep: backups.keep,
  }
  const reference = secretReference(password)
  return {
    postgres: { version, database, username, password: reference, data, ...(dumps && { backups: dumps }) },
    port,
  }
}

const common = (process: ImageProcess | NginxProcess): CommonDocument => ({
  port: process.port,
  ...(process.environment && { environment: process.environment }),
  ...(process.files && { files: process.files.map(describeFiles) }),
})

const describeFiles = (files: WorkloadFiles) => ({ s3: files.bucket.s3UrlForObject(files.key), path: files.path })

/** Whether a key names everything beneath it rather than one object. */
export const isFolder = (key: string): boolean => key === '' || key.endsWith('/')

function secretReference(value: SecretValue): string {
  if ('parameterArn' in value) return value.parameterArn
  return 'secret' in value ? `${value.secret.secretArn}:${value.key}` : value.secretArn
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
