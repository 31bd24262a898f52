import type { Principal } from '../identity/principal.ts'
import type { World } from '../world.ts'
import { type Answer, type Asked, serveMetadata } from './http.ts'
import { seconds } from './instance-tree.ts'
import type { MetadataServer } from './metadata.ts'
import { RoleCredentials } from './role-credentials.ts'

/** A container of a task, as its metadata knows it. Every answer is asked for anew and written as JSON. */
export interface ContainerMetadata {
  /** `<id>` of `ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/<id>`. */
  readonly id: string
  readonly metadata: () => unknown
  /** In Docker's form; nothing before the first were measured. */
  readonly stats: () => unknown
}

/** What the metadata and credentials service of a task needs to know. */
export interface TaskMetadataOptions {
  /** Path of the Unix socket to listen on. */
  readonly socket: string
  /** `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, such as `/v2/credentials/<uuid>`. Nobody who doesn't know it gets any. */
  readonly credentialsPath: string
  /** The session of the task role; anybody else gets no credentials. */
  readonly principal: Principal
  /** The answer of `/task`. */
  readonly task: () => unknown
  /** Those that exist at the moment. */
  readonly containers: () => readonly ContainerMetadata[]
}

type Surroundings = Pick<World, 'architecture' | 'credentials' | 'journal'>

/**
 * Serves `169.254.170.2` of one task: `<credentialsPath>`, `/v4/<id>`, `/v4/<id>/task`, `/v4/<id>/stats`,
 * `/v4/<id>/task/stats` (the statistics of all containers, by id).
 *
 * @throws TerraceError METADATA_CANNOT_LISTEN
 * @see ECS Developer Guide "Amazon ECS task metadata endpoint version 4 for tasks on Fargate", "Amazon ECS task IAM role".
 * differs: no `/taskWithTags`, no fault injection
 */
export function serveTaskMetadata(world: Surroundings, options: TaskMetadataOptions): Promise<MetadataServer> {
  const { principal } = options
  const credentials =
    principal.kind === 'role' ? new RoleCredentials(world, principal, 'ecs-tasks.amazonaws.com') : undefined
  return serveMetadata(options.socket, asked => {
    if (asked.method !== 'GET' && asked.method !== 'HEAD')
      return failure(405, 'MethodNotAllowed', 'only GET is allowed')
    if (asked.path.startsWith('/v2/credentials')) return credentialsAnswer(asked, options, credentials)
    return metadataAnswer(asked, options)
  })
}

function credentialsAnswer(asked: Asked, options: TaskMetadataOptions, of: RoleCredentials | undefined): Answer {
  if (asked.path !== options.credentialsPath) {
    return failure(400, 'InvalidIdInRequest', 'CredentialsV2Request: Credentials not found')
  }
  const credentials = of?.current()
  if (!of || !credentials) return failure(400, 'NoIdInRequest', 'CredentialsV2Request: no credentials for this task')
  return answer({
    RoleArn: of.principal.arn,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: seconds(credentials.expiration),
  })
}

function metadataAnswer(asked: Asked, { task, containers }: TaskMetadataOptions): Answer {
  const [, id = '', rest = ''] = /^\/v4\/([^/]+)(?:\/(.*?))?\/?$/.exec(asked.path) ?? []
  const all = containers()
  const container = all.find(each => each.id === id)
  if (!container) return text(404, `V4 container metadata handler: unable to get container ID from request: ${id}`)
  switch (rest) {
    case '':
      return answer(container.metadata())
    case 'stats':
      return answer(container.stats())
    case 'task':
      return answer(task())
    case 'task/stats':
      return answer(Object.fromEntries(all.map(each => [each.id, each.stats() ?? null])))
    default:
      return text(404, '404 page not found')
  }
}

const TYPE = { 'content-type': 'application/json' }

const answer = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body ?? null), headers: TYPE })

const failure = (status: number, code: string, message: string): Answer => ({
  status,
  body: JSON.stringify({ code, message, HTTPErrorCode: status }),
  headers: TYPE,
})

const text = (status: number, body: string): Answer => ({ status, body, headers: { 'content-type': 'text/plain' } })
