import type { Secret, SecretRotation, SecretRotationRules } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuilderTable, fold, node, notModelled } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'

/** Secrets with what they are attached to, who may use them, and how they are rotated. */
export const secrets: BuilderTable = {
  'AWS::SecretsManager::Secret': node((context): Secret => {
    const { properties, resource } = context
    const arn = resource.physicalId
    const name = arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -'-123456'.length)
    properties.readElsewhere('Name')
    return {
      ...context.base('secret'),
      name,
      arn,
      description: properties.text('Description') ?? '',
      value: secretValue(properties),
      ...defined({ kmsKeyId: properties.text('KmsKeyId') }),
    }
  }),
  'AWS::SecretsManager::SecretTargetAttachment': fold(context => {
    const { properties } = context
    const type = properties.requiredText('TargetType')
    const secret = context.find(properties, 'SecretId', 'secret')
    if (type !== 'AWS::RDS::DBInstance') {
      const message = `the secret gets no address of its ${type}, which is not modelled`
      context.gap('value', properties.pathOf('TargetType'), properties.placeOf('TargetType').line, message)
      properties.listed(message, 'TargetId')
      return
    }
    const attachedTo = context.find(properties, 'TargetId', 'dbInstance')
    if (secret === undefined || attachedTo === undefined) return
    context.update(secret, 'secret', old => ({ ...old, attachedTo }))
  }),
  'AWS::SecretsManager::ResourcePolicy': fold(context => {
    const { properties } = context
    properties.withoutEffect({ BlockPublicPolicy: 'nobody outside of the account calls here' })
    const policy = policyDocumentOf(properties, 'ResourcePolicy')
    const secret = context.find(properties, 'SecretId', 'secret')
    if (secret !== undefined) context.update(secret, 'secret', old => ({ ...old, policy }))
  }),
  'AWS::SecretsManager::RotationSchedule': fold(context => {
    const { properties } = context
    const functionArn = properties.text('RotationLambdaARN')
    if (properties.has('HostedRotationLambda')) {
      const message = 'the function of HostedRotationLambda is not made: the secret is not rotated'
      const { line } = properties.placeOf('HostedRotationLambda')
      context.gap('property', properties.pathOf('HostedRotationLambda'), line, message)
      properties.listed(message, 'HostedRotationLambda')
    }
    const rotation: SecretRotation = {
      ...defined({ functionArn, rules: rulesOf(properties) }),
      immediately: properties.boolean('RotateImmediatelyOnUpdate') ?? true,
    }
    const secret = context.find(properties, 'SecretId', 'secret')
    if (secret !== undefined) context.update(secret, 'secret', old => ({ ...old, rotation }))
  }),
}

function rulesOf(properties: PropertyReader): SecretRotationRules | undefined {
  const rules = properties.object('RotationRules')
  if (!rules) return undefined
  const days = rules.number('AutomaticallyAfterDays', { least: 1, most: 1000 })
  const expression = rules.text('ScheduleExpression')
  if (days !== undefined && expression !== undefined) {
    throw rules.bad('ScheduleExpression', 'left out, since AutomaticallyAfterDays is given')
  }
  const duration = rules.text('Duration')
  if (duration !== undefined && !/^\d{1,2}h$/.test(duration)) throw rules.bad('Duration', 'hours, such as 3h')
  return defined({ days, expression, windowHours: duration === undefined ? undefined : Number.parseInt(duration, 10) })
}

function secretValue(properties: PropertyReader): Secret['value'] {
  const text = properties.text('SecretString')
  const rules = properties.object('GenerateSecretString')
  if (text !== undefined && rules) {
    throw notModelled(
      properties,
      'SecretString',
      'it has both SecretString and GenerateSecretString, which AWS refuses',
    )
  }
  if (!rules) return text === undefined ? { kind: 'literal', text: '' } : { kind: 'literal', text }
  const template = rules.text('SecretStringTemplate')
  const key = rules.text('GenerateStringKey')
  if ((template === undefined) !== (key === undefined)) {
    throw rules.bad(
      template === undefined ? 'SecretStringTemplate' : 'GenerateStringKey',
      'given together with its counterpart',
    )
  }
  return {
    kind: 'generated',
    rules: {
      ...(template === undefined ? {} : { template }),
      ...(key === undefined ? {} : { key }),
      length: rules.number('PasswordLength', { least: 1, most: 4096 }) ?? 32,
      excludeCharacters: rules.text('ExcludeCharacters') ?? '',
      excludeLowercase: rules.boolean('ExcludeLowercase') ?? false,
      excludeUppercase: rules.boolean('ExcludeUppercase') ?? false,
      excludeNumbers: rules.boolean('ExcludeNumbers') ?? false,
      excludePunctuation: rules.boolean('ExcludePunctuation') ?? false,
      includeSpace: rules.boolean('IncludeSpace') ?? false,
      requireEachIncludedType: rules.boolean('RequireEachIncludedType') ?? true,
    },
  }
}
