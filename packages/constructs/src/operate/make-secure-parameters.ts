import { randomBytes } from 'node:crypto'
import { type AwsCli, AwsCliError } from './aws-cli.ts'

/** 32 characters of 6 bits, none of which RDS refuses in a password. */
const RANDOM_BYTES = 24

/**
 * Makes the SecureStrings that are not there yet, each with a random value that is shown to nobody. What is there is left
 * as it is, so that it may run before every deployment.
 *
 * @returns the names of those that were made
 * @throws AwsCliError
 */
export function makeSecureParameters(names: readonly string[], aws: AwsCli): readonly string[] {
  const missing = names.filter(name => !exists(name, aws))
  for (const Name of missing) {
    const Value = randomBytes(RANDOM_BYTES).toString('base64url')
    aws(['ssm', 'put-parameter'], { Name, Value, Type: 'SecureString', Overwrite: false })
  }
  return missing
}

function exists(name: string, aws: AwsCli): boolean {
  try {
    aws(['ssm', 'get-parameter', '--name', name, '--query', 'Parameter.Version'])
    return true
  } catch (error) {
    if (error instanceof AwsCliError && error.code === 'ParameterNotFound') return false
    throw error
  }
}
