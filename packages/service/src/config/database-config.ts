import * as z from 'zod'
import { badConfig, type Config, secret, wholeNumberVariable } from './config.ts'

/** Which server `DATABASE_HOST` names, and what is not said about it. */
export interface DatabaseDefaults {
  readonly kind: 'mysql' | 'postgres'
  readonly port: number
  readonly database: string
}

export const MYSQL: DatabaseDefaults = { kind: 'mysql', port: 3306, database: 'mydb' }

/** Where the data is: a MySQL or PostgreSQL server, reached by TCP or by a Unix socket, or one SQLite file. */
export type DatabaseConfig =
  | {
      readonly kind: 'mysql'
      readonly address: { readonly host: string; readonly port: number } | { readonly socketPath: string }
      readonly database: string
      readonly user: string
      readonly password: string
      /** Encrypt, and verify the server against the CA certificates of Amazon RDS. */
      readonly tls: boolean
    }
  | {
      readonly kind: 'postgres'
      /** The socket's folder: PostgreSQL chooses the file's name by the port, 5432 unless it is said. */
      readonly address:
        | { readonly host: string; readonly port: number }
        | { readonly socketPath: string; readonly port?: number }
      readonly database: string
      readonly user: string
      readonly password: string
      readonly tls: boolean
    }
  | { readonly kind: 'sqlite'; readonly file: string }

const credentials = z.object({ username: z.string().min(1), password: z.string() })

/** The variables that say where the database is; `databaseConfig` combines them. */
export const databaseVariables = {
  DATABASE_URL: secret(z.string().transform(parseUrl).optional()),
  DATABASE_HOST: z.string().optional(),
  /** The engine's own when it is not set. */
  DATABASE_PORT: wholeNumberVariable(0, 65_535, 0),
  DATABASE_NAME: z
    .string()
    .regex(/^[\w$-]{1,64}$/, 'expected 1 to 64 letters, digits, _, $ or -')
    .optional(),
  DATABASE_SECRET: secret(z.string().transform(parseCredentials).optional()),
  /** Name and password by themselves, for whom they are no one JSON document; `DATABASE_SECRET` takes precedence. */
  DATABASE_USERNAME: z.string().optional(),
  DATABASE_PASSWORD: secret(z.string().optional()),
  DATABASE_TLS: z.enum(['off', 'rds'], 'expected off or rds').default('off'),
}

/**
 * `DATABASE_URL` when it is set, else `DATABASE_HOST` and what goes with it.
 *
 * @param defaults  what `DATABASE_HOST` is; MySQL unless said otherwise
 * @throws TerraceError `SERVICE_BAD_CONFIG` when neither is complete
 */
export function databaseConfig(
  values: Config<typeof databaseVariables>,
  defaults: DatabaseDefaults = MYSQL,
): DatabaseConfig {
  if (values.DATABASE_URL) return values.DATABASE_URL
  const problems: string[] = []
  if (!values.DATABASE_HOST)
    problems.push('DATABASE_HOST: expected a host name (or set DATABASE_URL), but it is not set')
  const login = credentialsOf(values)
  if (!login)
    problems.push(
      'DATABASE_SECRET: expected {"username":…,"password":…} (or set DATABASE_USERNAME and DATABASE_PASSWORD, or DATABASE_URL), but it is not set',
    )
  if (!values.DATABASE_HOST || !login) throw badConfig(problems)
  return {
    kind: defaults.kind,
    address: { host: values.DATABASE_HOST, port: values.DATABASE_PORT || defaults.port },
    database: values.DATABASE_NAME ?? defaults.database,
    user: login.username,
    password: login.password,
    tls: values.DATABASE_TLS === 'rds',
  }
}

function credentialsOf(values: Config<typeof databaseVariables>): z.output<typeof credentials> | undefined {
  const { DATABASE_SECRET, DATABASE_USERNAME: username, DATABASE_PASSWORD: password } = values
  if (DATABASE_SECRET) return DATABASE_SECRET
  return username !== undefined && password !== undefined ? { username, password } : undefined
}

const KINDS: ReadonlyMap<string, 'mysql' | 'postgres'> = new Map([
  ['mysql:', 'mysql'],
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
])

const PORTS = { mysql: 3306, postgres: 5432 }

function parseUrl(text: string, context: z.RefinementCtx): DatabaseConfig {
  const file = /^sqlite:(?:\/\/)?(\/.+)$/.exec(text)?.[1]
  if (file) return { kind: 'sqlite', file }
  const url = URL.parse(text)
  const kind = KINDS.get(url?.protocol ?? '')
  if (!url || !kind || !/^\/[\w$-]{1,64}$/.test(url.pathname)) {
    context.addIssue({
      code: 'custom',
      message: 'expected mysql://user:password@host:port/database, the same with postgres://, or sqlite:/absolute/file',
    })
    return z.NEVER
  }
  const socketPath = url.searchParams.get('socketPath')
  return {
    kind,
    address: socketPath ? { socketPath } : { host: url.hostname, port: Number(url.port || PORTS[kind]) },
    database: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    tls: url.searchParams.get('tls') === 'rds',
  }
}

function parseCredentials(text: string, context: z.RefinementCtx): z.output<typeof credentials> {
  const parsed = credentials.safeParse(jsonOrUndefined(text))
  if (parsed.success) return parsed.data
  context.addIssue({ code: 'custom', message: 'expected JSON with "username" and "password"' })
  return z.NEVER
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
