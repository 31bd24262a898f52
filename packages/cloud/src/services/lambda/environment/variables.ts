import type { IssuedCredentials } from '../../../identity/credentials.ts'
import type { World } from '../../../world.ts'
import type { FunctionVersion } from '../function.ts'

const PRELOAD = new URL('../../../network/preload.cts', import.meta.url).pathname

/** What the process of a function is told. */
export interface ProcessPlace {
  readonly environment: string
  /** Where it reports in. */
  readonly socket: string
  /** The network's control socket. */
  readonly link: string
  /** Its own: temporary files, and what listens on its localhost. */
  readonly folder: string
  /** Compiled code is kept there: processes start three times as fast. */
  readonly compileCache: string
  /** PEM of the authority that signs `*.amazonaws.com`. */
  readonly authorityFile: string
  readonly logGroup: string
  readonly logStream: string
}

/**
 * The environment of a function's process; of this machine's own it has `PATH` alone.
 *
 * differs: `AWS_LAMBDA_RUNTIME_API` is not there: there is no API for runtimes of one's own. The code lies where
 * `LAMBDA_TASK_ROOT` says, temporary files where `TMPDIR` says, not in `/var/task` and `/tmp`
 * @see Lambda Developer Guide, "Defined runtime environment variables"
 */
export function variablesOf(
  { architecture }: Pick<World, 'architecture'>,
  name: string,
  { version, settings, code }: FunctionVersion,
  credentials: IssuedCredentials | undefined,
  place: ProcessPlace,
): Record<string, string> {
  const { environment: own, logging } = settings
  return {
    ...own,
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: own.TZ ?? ':UTC',
    TMPDIR: place.folder,
    LAMBDA_TASK_ROOT: code.folder,
    LAMBDA_RUNTIME_DIR: new URL('../runtime', import.meta.url).pathname,
    _HANDLER: settings.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_REGION: architecture.region,
    AWS_DEFAULT_REGION: architecture.region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: place.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.applicationLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel }),
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    }),
    NODE_EXTRA_CA_CERTS: place.authorityFile,
    NODE_COMPILE_CACHE: place.compileCache,
    NODE_OPTIONS: [own.NODE_OPTIONS, `--require=${PRELOAD}`].filter(Boolean).join(' '),
    TERRACE_LINK: place.link,
    TERRACE_FOLDER: place.folder,
    TERRACE_FUNCTION_SOCKET: place.socket,
    TERRACE_FUNCTION_ENVIRONMENT: place.environment,
  }
}

/** Variables that functions may not set themselves. The same page */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
])
