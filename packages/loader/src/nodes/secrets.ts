import type { Secret } from '@terrace/model'
import { type BuilderTable, fold, node, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** Secrets with what they are attached to. */
export const secrets: BuilderTable = {
  'AWS::SecretsManager::Secret': node((context): Secret => {
    const { properties, resource } = context
    properties.withoutEffect({ KmsKeyId: 'secrets lie on this machine, not encrypted with a key of KMS' })
    const arn = resource.physicalId
    const name = arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -'-123456'.length)
    properties.readElsewhere('Name')
    return {
      ...context.base('secret'),
      name,
      arn,
      description: properties.text('Description') ?? '',
      value: secretValue(properties),
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
