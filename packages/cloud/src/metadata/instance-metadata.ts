import type { Principal } from '../identity/principal.ts'
import type { World } from '../world.ts'
import { type Answer, type Asked, serveMetadata } from './http.ts'
import { identityDocument, instanceTree, json, profileInfo, seconds } from './instance-tree.ts'
import type { InstanceFacts, MetadataServer } from './metadata.ts'
import { RoleCredentials } from './role-credentials.ts'
import { LONGEST_TTL_SECONDS, SessionTokens } from './tokens.ts'
import { lookUp } from './tree.ts'

/** What the metadata service of an instance needs to know. */
export interface InstanceMetadataOptions {
  /** Path of the Unix socket to listen on. */
  readonly socket: string
  /** Asked at every request: the lifecycle state and the tags change. */
  readonly facts: () => InstanceFacts
  /** Whose credentials it hands out: the session of the instance's role; anybody else gets none. */
  readonly principal: Principal
  /** `HttpTokens: required`: only IMDSv2. */
  readonly tokensRequired: boolean
  /** `HttpPutResponseHopLimit`, 1–64. */
  readonly hopLimit: number
  /** How many hops away the workload is: 2 behind a container bridge. Default 1. */
  readonly hops?: number
}

type Surroundings = Pick<World, 'architecture' | 'credentials' | 'journal' | 'realtime' | 'secureRandom'>

const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const TOKEN_HEADER = 'x-aws-ec2-metadata-token'

/**
 * Serves `169.254.169.254` of one instance.
 *
 * @throws TerraceError METADATA_CANNOT_LISTEN
 * @see EC2 User Guide "Use the Instance Metadata Service to access instance metadata", "Instance metadata categories"
 */
export function serveInstanceMetadata(world: Surroundings, options: InstanceMetadataOptions): Promise<MetadataServer> {
  const service = new InstanceMetadata(world, options)
  return serveMetadata(options.socket, asked => service.answer(asked))
}

class InstanceMetadata {
  readonly #world: Surroundings
  readonly #options: InstanceMetadataOptions
  readonly #tokens: SessionTokens
  readonly #credentials: RoleCredentials | undefined

  constructor(world: Surroundings, options: InstanceMetadataOptions) {
    this.#world = world
    this.#options = options
    this.#tokens = new SessionTokens(world.realtime, world.secureRandom)
    const { principal } = options
    this.#credentials =
      principal.kind === 'role' ? new RoleCredentials(world, principal, 'ec2.amazonaws.com') : undefined
  }

  answer(asked: Asked): Answer {
    if (asked.method === 'PUT') return this.#put(asked)
    const refused = this.#refuse(asked)
    if (refused) return refused
    if (asked.method !== 'GET' && asked.method !== 'HEAD')
      return error(405, 'Method Not Allowed', { allow: 'GET, HEAD' })
    return this.#read(asked.path)
  }

  /** A token, without which IMDSv2 says nothing. */
  #put(asked: Asked): Answer {
    // A proxy that forwards requests of others would hand out the instance's secrets.
    if (asked.header('x-forwarded-for') !== undefined) return error(403, 'Forbidden')
    if (asked.path !== '/latest/api/token') {
      return /^\/[\d-]+\/api\/token$/.test(asked.path) ? error(403, 'Forbidden') : error(405, 'Method Not Allowed')
    }
    const ttl = asked.header(TTL_HEADER) ?? ''
    if (!/^\d{1,5}$/.test(ttl) || Number(ttl) < 1 || Number(ttl) > LONGEST_TTL_SECONDS) return error(400, 'Bad Request')
    // The answer's packets live for so many hops and no longer.
    if ((this.#options.hops ?? 1) > this.#options.hopLimit) return 'silence'
    return text(this.#tokens.issue(Number(ttl)), { [TTL_HEADER]: ttl })
  }

  #refuse(asked: Asked): Answer | undefined {
    const token = asked.header(TOKEN_HEADER)
    if (token === undefined) return this.#options.tokensRequired ? error(401, 'Unauthorized') : undefined
    return this.#tokens.remaining(token) === undefined ? error(401, 'Unauthorized') : undefined
  }

  #read(path: string): Answer {
    const [empty, version, ...rest] = path.split('/')
    if (empty !== '') return error(404, 'Not Found')
    if (!version) return text('latest')
    // Versions are dates, and answer alike.
    if (version !== 'latest' && version !== '1.0' && !/^\d{4}-\d\d-\d\d$/.test(version)) return error(404, 'Not Found')
    const value = this.#valueAt(rest.filter((part, i) => part !== '' || i < rest.length - 1))
    return value === undefined ? error(404, 'Not Found') : text(value)
  }

  #valueAt(path: readonly string[]): string | undefined {
    const facts = this.#options.facts()
    const [category, ...rest] = path
    switch (category) {
      case undefined:
        return ['dynamic', 'meta-data', ...(facts.userData ? ['user-data'] : [])].join('\n')
      case 'user-data':
        return rest.length === 0 && facts.userData ? facts.userData : undefined
      case 'dynamic':
        return lookUp({ 'instance-identity': { document: identityDocument(facts, this.#world.architecture) } }, rest)
      case 'meta-data':
        return lookUp({ ...instanceTree(facts, this.#world.architecture), iam: this.#iam(facts, rest) }, rest)
      default:
        return undefined
    }
  }

  #iam(facts: InstanceFacts, path: readonly string[]): Record<string, string | Record<string, string>> | undefined {
    const { instanceProfileArn, roleName } = facts
    if (!this.#credentials || instanceProfileArn === undefined || roleName === undefined) return undefined
    // Only who asks for them makes new ones.
    const asked = path[0] === 'iam' && path.length > 1
    const credentials = asked && path[1] === 'security-credentials' && path.length > 2 ? this.#document(roleName) : ''
    return {
      info: asked ? profileInfo(instanceProfileArn, seconds(this.#world.realtime.now())) : '',
      'security-credentials': { [roleName]: credentials },
    }
  }

  #document(roleName: string): string {
    const credentials = this.#credentials?.current()
    if (!credentials) {
      // As AWS tells it. IAM User Guide "Troubleshoot IAM and Amazon EC2".
      return json({
        Code: 'AssumeRoleUnauthorizedAccess',
        Message: `EC2 cannot assume the role ${roleName}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
        LastUpdated: seconds(this.#world.realtime.now()),
      })
    }
    return json({
      Code: 'Success',
      LastUpdated: seconds(credentials.issuedAt),
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: seconds(credentials.expiration),
    })
  }
}

const SERVER = { server: 'EC2ws' }

const text = (body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  body,
  headers: { 'content-type': 'text/plain', ...SERVER, ...headers },
})

function error(status: number, title: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
	"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>${status} - ${title}</title>
 </head>
 <body>
  <h1>${status} - ${title}</h1>
 </body>
</html>
`
  return { status, body, headers: { 'content-type': 'text/html', ...SERVER, ...headers } }
}
