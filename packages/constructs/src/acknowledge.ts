import { Reference, Stack, Token, Tokenization, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Says why a wildcard in an IAM policy is needed, for each finding of the rule AwsSolutions-IAM5 below a construct; any
 * other wildcard there is still found.
 *
 * @param findings `Resource::*`, `Action::s3:List*`, …; references in them are written as the rule writes them
 */
export function acknowledgeWildcards(scope: IConstruct, reason: string, findings: readonly string[]): void {
  const acknowledged = findings.map(finding => ({ id: `AwsSolutions-IAM5[${nameOf(scope, finding)}]`, reason }))
  Validations.of(scope).acknowledge(...acknowledged)
}

/** `Resource::` and the ARN with its references as `<Logical.Attribute>`, which is how the rule names them. */
function nameOf(scope: IConstruct, finding: string): string {
  const stack = Stack.of(scope)
  // What is another stack's comes in by an export, which is named only when it is made.
  const foreign = Tokenization.reverseString(finding).tokens.filter(
    token => Reference.isReference(token) && Stack.of(token.target) !== stack,
  ) as Reference[]
  const local = foreign.reduce(
    (text, token) => text.replaceAll(Token.asString(token), Stack.of(token.target).exportValue(token)),
    finding,
  )
  return flatten(stack.resolve(local))
}

function flatten(value: unknown): string {
  if (typeof value === 'string') return value
  if (!isRecord(value)) return String(value)
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub, 'Fn::ImportValue': imported } = value
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(flatten).join(String(join[0]))
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  if (typeof imported === 'string') return imported
  if (typeof sub === 'string') return sub.replaceAll('${', '<').replaceAll('}', '>')
  return `<${String(Ref)}>`
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
