import type { ImageProcess, NginxProcess, Process, Processes, SecretValue, WorkloadFiles } from './workload.ts'

/**
 * What is written to `/etc/terrace/workload.json`: read by the start script on the instance, and by everybody who wants
 * to know from the template what an instance runs.
 */
export interface WorkloadDocument {
  readonly processes: Readonly<Record<string, ImageDocument | NginxDocument>>
}

interface CommonDocument {
  readonly port: number
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
  readonly nginx: string
}

/** The document of a set of processes, with CloudFormation's references still in it. */
export const workloadDocument = (processes: Processes): WorkloadDocument => ({
  processes: Object.fromEntries(Object.entries(processes).map(([name, process]) => [name, describe(process)])),
})

function describe(process: Process): ImageDocument | NginxDocument {
  return process.kind === 'image' ? describeImage(process) : describeNginx(process)
}

const describeImage = (process: ImageProcess): ImageDocument => ({
  image: process.image.uri,
  ...common(process),
  ...(process.secrets && { secrets: mapValues(process.secrets, secretReference) }),
  restart: process.restart ?? 'always',
})

const describeNginx = (process: NginxProcess): NginxDocument => ({
  nginx: process.configuration,
  ...common(process),
})

const common = (process: Process): CommonDocument => ({
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
