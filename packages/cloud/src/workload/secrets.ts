import { memberOf } from '../gateway/xml.ts'
import type { AwsCalls } from './aws-calls.ts'
import { LaunchFailure, type LaunchNeed } from './launch-failure.ts'

/** Whether a reference names a parameter of SSM, and not a secret. */
export const isParameter = (reference: string): boolean => !/^arn:[^:]+:secretsmanager:/.test(reference)

/**
 * Reads one secret or parameter as the reference of a container definition names it: the ARN of a secret, optionally with
 * `:json-key:version-stage:version-id`, or the ARN or name of an SSM parameter.
 *
 * @see Amazon ECS Developer Guide "Pass Secrets Manager secrets through Amazon ECS environment variables"
 * @throws LaunchFailure
 */
export async function readSecret(reference: string, calls: AwsCalls, region: string): Promise<string> {
  const need: LaunchNeed = { kind: 'secret', reference }
  const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target })
  if (isParameter(reference)) {
    const answer: unknown = JSON.parse(
      await calls.text({
        need,
        service: 'ssm',
        title: 'SSM',
        operation: 'GetParameter',
        host: `ssm.${region}.amazonaws.com`,
        headers: json('AmazonSSM.GetParameter'),
        body: JSON.stringify({ Name: parameterName(reference), WithDecryption: true }),
      }),
    )
    return String(memberOf(memberOf(answer, 'Parameter'), 'Value'))
  }
  const parts = reference.split(':')
  const [key, stage, version] = parts.slice(7)
  const answer: unknown = JSON.parse(
    await calls.text({
      need,
      service: 'secretsmanager',
      title: 'Secrets Manager',
      operation: 'GetSecretValue',
      host: `secretsmanager.${region}.amazonaws.com`,
      headers: json('secretsmanager.GetSecretValue'),
      body: JSON.stringify({
        SecretId: parts.slice(0, 7).join(':'),
        ...(stage ? { VersionStage: stage } : {}),
        ...(version ? { VersionId: version } : {}),
      }),
    }),
  )
  const text = memberOf(answer, 'SecretString')
  if (typeof text !== 'string') throw unusable(need, 'the secret is binary, and a variable can hold only text')
  return key ? member(text, key, need) : text
}

// `arn:aws:ssm:us-east-1:123456789012:parameter/app/url`: a name without slash is written without one in the ARN, too.
function parameterName(reference: string): string {
  const name = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/(.+)$/s.exec(reference)?.[1]
  if (name === undefined) return reference
  return name.includes('/') ? `/${name}` : name
}

function member(text: string, key: string, need: LaunchNeed): string {
  const value: unknown = parsed(text)
  if (typeof value !== 'object' || value === null) {
    throw unusable(need, `the secret is no JSON object, so that it has no key ${key}`)
  }
  const found: unknown = memberOf(value, key)
  // Names of members are no secret; their values never get into a message.
  if (found === undefined) {
    throw unusable(need, `the secret has no key ${key}, only ${Object.keys(value).join(', ')}`)
  }
  return typeof found === 'string' ? found : JSON.stringify(found)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unusable = (need: LaunchNeed, message: string) => new LaunchFailure(need, { kind: 'unusable', message })
