import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/**
 * A SecureString of SSM Parameter Store. CloudFormation cannot make one: it is there before the stack, and a template
 * has nothing but its name.
 */
export interface SecureParameter {
  /** With its slash: `/shop/session/secret`. */
  readonly parameterName: string
  readonly parameterArn: string
}

/**
 * Names a SecureString of this account and region, encrypted with the key that AWS manages for Parameter Store
 * (`alias/aws/ssm`): whoever may read the parameter may have it decrypted.
 *
 * @throws when the name is no path
 */
export function secureParameter(scope: Construct, name: string): SecureParameter {
  if (!/^(\/[a-zA-Z0-9_.-]+)+$/.test(name)) {
    throw new Error(`${scope.node.path}: "${name}" is no path of a parameter; it looks like /shop/session/secret`)
  }
  const { region, account } = Stack.of(scope)
  return { parameterName: name, parameterArn: `arn:aws:ssm:${region}:${account}:parameter${name}` }
}
