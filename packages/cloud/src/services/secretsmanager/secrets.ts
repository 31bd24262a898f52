import { TerraceError } from '@terrace/kit'
import { type Architecture, nodesOf } from '@terrace/model'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import { secretAccess } from './access.ts'
import type { WhichVersion } from './secret.ts'
import { parseJson, type SecretsState } from './state.ts'
import { versionOf } from './versions.ts'

/** The secrets for other services of the cloud. */
export interface Secrets {
  /**
   * A secret's text, or one member of its JSON, authorized as the principal's own GetSecretValue.
   *
   * @param id  name or ARN, optionally with `:json-key`, `:json-key:stage` or `:json-key:stage:version` (as in ECS)
   * @throws TerraceError SECRET_ACCESS_DENIED, SECRET_NOT_FOUND, SECRET_NO_SUCH_KEY
   */
  read(id: string, as: Principal): Promise<string>
  /**
   * Puts the values in for CloudFormation's dynamic references `{{resolve:secretsmanager:…}}` and `{{resolve:ssm:…}}`.
   *
   * differs: an SSM parameter has the template's value, also after somebody has put another
   * @throws TerraceError SECRET_NOT_FOUND, SECRET_NO_SUCH_KEY, PARAMETER_NOT_FOUND
   */
  resolve(text: string): Promise<string>
}

/** Offers the secrets to other services. */
export function secretsOf(state: SecretsState, authorizer: Authorizer, architecture: Architecture): Secrets {
  const valueFor = ({ id, jsonKey, version }: SecretReference, as?: Principal): string => {
    try {
      if (as) authorizer.require({ principal: as }, secretAccess(state, architecture, 'GetSecretValue', id))
      const secret = state.live(id)
      const { string = '' } = state.open(secret, versionOf(secret, version), as && { principal: as })
      return member(string, jsonKey, id)
    } catch (error) {
      throw error instanceof AwsError ? forPeople(error, id) : error
    }
  }
  return {
    async read(id, as) {
      return valueFor(parseReference(id), as)
    },
    async resolve(text) {
      return text.replace(/\{\{resolve:([\w-]+):([^}]*)\}\}/g, (whole, service: string, reference: string) => {
        if (service === 'secretsmanager') return valueFor(parseDynamic(reference))
        if (service === 'ssm') return parameterValue(reference, architecture)
        throw new TerraceError('REFERENCE_NOT_EMULATED', `the dynamic reference ${whole} is not emulated`, {
          hint: 'secretsmanager and ssm are',
        })
      })
    },
  }
}

/** Which part of which version of which secret. */
export interface SecretReference {
  readonly id: string
  /** Absent: the whole text. */
  readonly jsonKey: string | undefined
  readonly version: WhichVersion
}

/** An ARN has seven fields of its own, a name one. */
function splitId(reference: string): { readonly id: string; readonly rest: readonly string[] } {
  const parts = reference.split(':')
  const own = reference.startsWith('arn:') ? 7 : 1
  return { id: parts.slice(0, own).join(':'), rest: parts.slice(own) }
}

/** `id[:json-key[:stage[:version]]]`, as ECS writes it. */
export function parseReference(reference: string): SecretReference {
  const { id, rest } = splitId(reference)
  const [jsonKey, stage, version] = rest
  return { id, jsonKey: jsonKey || undefined, version: { stage: stage || undefined, id: version || undefined } }
}

/** `id[:SecretString[:json-key[:stage[:version]]]]`, as CloudFormation writes it. */
export function parseDynamic(reference: string): SecretReference {
  const { id, rest } = splitId(reference)
  const [type = '', ...more] = rest
  if (type !== '' && type !== 'SecretString') {
    throw new TerraceError(
      'REFERENCE_NOT_EMULATED',
      `{{resolve:secretsmanager:${reference}}} asks for ${type}; only SecretString can be resolved`,
    )
  }
  return parseReference([id, ...more].join(':'))
}

function member(text: string, key: string | undefined, id: string): string {
  if (key === undefined) return text
  const value: unknown = parseJson(text)
  if (typeof value === 'object' && value !== null) {
    const found = Object.entries(value).find(([name]) => name === key)
    if (found) return typeof found[1] === 'string' ? found[1] : JSON.stringify(found[1])
    // Names of members are no secret; their values never get into a message.
    const names = Object.keys(value).join(', ')
    throw new TerraceError('SECRET_NO_SUCH_KEY', `the secret ${id} has no member ${JSON.stringify(key)}, only ${names}`)
  }
  throw new TerraceError(
    'SECRET_NO_SUCH_KEY',
    `the secret ${id} is no JSON object, so that it has no member ${JSON.stringify(key)}`,
  )
}

function parameterValue(reference: string, architecture: Architecture): string {
  const [name = '', version] = reference.split(':')
  const node = nodesOf(architecture, 'parameter').find(parameter => parameter.name === name)
  if (node && (version === undefined || version === '1')) return node.value
  throw new TerraceError('PARAMETER_NOT_FOUND', `the SSM parameter ${reference} cannot be found`, {
    hint: 'dynamic references find the parameters that the template itself defines, at version 1',
  })
}

function forPeople(error: AwsError, id: string): TerraceError {
  if (error instanceof AccessDenied) {
    return new TerraceError('SECRET_ACCESS_DENIED', error.message, {
      hint: 'allow secretsmanager:GetSecretValue on that secret to the role, in CDK with secret.grantRead(role)',
      cause: error,
    })
  }
  return new TerraceError('SECRET_NOT_FOUND', `the secret ${id}: ${error.message}`, { cause: error })
}
