import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { readPolicy } from '../../identity/read-policy.ts'
import { MalformedPolicy } from './errors.ts'
import { LONGEST_POLICY_BYTES } from './limits.ts'

/**
 * Reads the policy that a call brings for a bucket.
 *
 * @throws MalformedPolicy
 * @see S3 User Guide "Bucket policies for Amazon S3"; texts as commonly seen
 */
export function readBucketPolicy(text: string, bucketArn: string): PolicyDocument {
  if (Buffer.byteLength(text) > LONGEST_POLICY_BYTES) {
    throw new MalformedPolicy(`Policies must not be longer than ${LONGEST_POLICY_BYTES} bytes`)
  }
  if (!isObject(text)) throw new MalformedPolicy("Policies must be valid JSON and the first byte must be '{'")
  const policy = readPolicy(text)
  if (!policy) throw new MalformedPolicy('This policy contains invalid Json')
  for (const statement of policy.Statement) check(statement, bucketArn)
  return policy
}

function isObject(text: string): boolean {
  try {
    return text.trimStart().startsWith('{') && typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

function check(statement: PolicyStatement, bucketArn: string): void {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement
  if (Principal === undefined && NotPrincipal === undefined)
    throw new MalformedPolicy('Missing required field Principal')
  if (Action === undefined && NotAction === undefined) throw new MalformedPolicy('Missing required field Action')
  if (Resource === undefined && NotResource === undefined) throw new MalformedPolicy('Missing required field Resource')
  for (const named of [Principal, NotPrincipal]) {
    const wrong = Object.entries(typeof named === 'object' ? named : {}).find(([kind, names]) =>
      listOf(names).some(name => !isPrincipal(kind, name)),
    )
    if (wrong) throw new MalformedPolicy('Invalid principal in policy', `"${wrong[0]}" : ${JSON.stringify(wrong[1])}`)
  }
  if (listOf(Action ?? NotAction).some(action => action !== '*' && !/^s3:[A-Za-z*?]+$/i.test(action))) {
    throw new MalformedPolicy('Policy has invalid action')
  }
  if (listOf(Resource ?? NotResource).some(resource => !isInBucket(resource, bucketArn))) {
    throw new MalformedPolicy('Policy has invalid resource')
  }
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? [])

function isPrincipal(kind: string, name: string): boolean {
  switch (kind) {
    case 'AWS':
      return name === '*' || /^\d{12}$/.test(name) || /^arn:aws:(iam|sts)::(\d{12}|cloudfront):.+$/.test(name)
    case 'Service':
      return /^[a-z0-9.-]+\.amazonaws\.com$/.test(name)
    case 'Federated':
    case 'CanonicalUser':
      return name !== ''
    default:
      return false
  }
}

/** A pattern may begin anywhere in the bucket's name, but has to be able to fit it. */
function isInBucket(resource: string, bucketArn: string): boolean {
  if (resource === bucketArn || resource.startsWith(`${bucketArn}/`)) return true
  const [name = ''] = resource.split('/')
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return /[*?]/.test(name) && new RegExp(`^${source}$`).test(bucketArn)
}
