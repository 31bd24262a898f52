import { messageOf, TerraceError } from '@terrace/kit'
import { AwsError } from '../../../gateway/errors.ts'
import type { SecureParameters } from './secure.ts'

/** The parameters for other services of the cloud; the port `parameters`. */
export interface Parameters {
  /**
   * Puts the values in for CloudFormation's dynamic references `{{resolve:ssm-secure:name:version}}`; everything else stays.
   *
   * @throws TerraceError PARAMETER_NOT_FOUND, PARAMETER_NOT_SECURE
   * @see AWS CloudFormation User Guide "Get a secure string value from AWS Systems Manager Parameter Store"
   */
  resolveSecure(text: string): Promise<string>
}

/** Offers the parameters to other services. */
export const parametersOf = (parameters: SecureParameters): Parameters => ({
  async resolveSecure(text) {
    const parts: string[] = []
    let end = 0
    for (const found of text.matchAll(/\{\{resolve:ssm-secure:([^}]*)\}\}/g)) {
      parts.push(text.slice(end, found.index), await secureValue(parameters, found[1] ?? ''))
      end = found.index + found[0].length
    }
    return [...parts, text.slice(end)].join('')
  },
})

async function secureValue(parameters: SecureParameters, reference: string): Promise<string> {
  const found = await parameters.get(reference).catch((cause: unknown) => {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('PARAMETER_NOT_FOUND', `the SSM parameter ${reference} cannot be found: ${cause.code}`, {
      hint: 'put it with: aws ssm put-parameter --type SecureString',
      cause: messageOf(cause),
    })
  })
  if (found.type === 'SecureString') return found.value
  throw new TerraceError('PARAMETER_NOT_SECURE', `the SSM parameter ${reference} is a ${found.type}, no SecureString`, {
    hint: 'refer to it with {{resolve:ssm:…}}',
  })
}
