import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { checkName } from '../aliases.ts'
import { ValidationException } from '../errors.ts'
import { isAsymmetric } from '../specs.ts'
import { requireKept } from '../usable.ts'
import { aliasName, type KmsContext, keyReference, pageOf, paging } from './shapes.ts'

/** Other names of keys: whoever changes one needs the permission on it and on the keys. */
export function aliasOperations({ keys, access }: KmsContext): readonly Operation[] {
  const { aliases } = keys
  const aliasOf = (name: string) => aliases.get(name, keys.arnOf(name))
  return [
    operation({
      name: 'CreateAlias',
      input: shape({ AliasName: aliasName, TargetKeyId: keyReference }),
      authorize: ({ AliasName, TargetKeyId }) => [
        access.onAlias(AliasName, 'CreateAlias'),
        access.on(keys.get(TargetKeyId), 'CreateAlias'),
      ],
      run({ AliasName, TargetKeyId }) {
        const key = keys.get(TargetKeyId)
        requireKept(key)
        aliases.create(AliasName, key.id, keys.arnOf(AliasName))
        return undefined
      },
    }),
    operation({
      name: 'UpdateAlias',
      input: shape({ AliasName: aliasName, TargetKeyId: keyReference }),
      authorize: ({ AliasName, TargetKeyId }) => [
        access.onAlias(AliasName, 'UpdateAlias'),
        access.on(keys.get(aliasOf(AliasName).keyId), 'UpdateAlias'),
        access.on(keys.get(TargetKeyId), 'UpdateAlias'),
      ],
      run({ AliasName, TargetKeyId }) {
        checkName(AliasName)
        const key = keys.get(TargetKeyId)
        const old = keys.get(aliasOf(AliasName).keyId)
        requireKept(key)
        if (old.usage !== key.usage || isAsymmetric(old.spec) !== isAsymmetric(key.spec)) {
          throw new ValidationException('The current and the new key of an alias must be of the same type and usage.')
        }
        aliases.move(AliasName, key.id)
        return undefined
      },
    }),
    operation({
      name: 'DeleteAlias',
      input: shape({ AliasName: aliasName }),
      authorize: ({ AliasName }) => [
        access.onAlias(AliasName, 'DeleteAlias'),
        access.on(keys.get(aliasOf(AliasName).keyId), 'DeleteAlias'),
      ],
      run({ AliasName }) {
        checkName(AliasName)
        aliases.delete(AliasName)
        return undefined
      },
    }),
    operation({
      name: 'ListAliases',
      input: shape({ KeyId: keyReference.optional(), ...paging }),
      authorize: () => ({ action: 'kms:ListAliases', resource: '*' }),
      run({ KeyId, ...input }) {
        const listed = KeyId === undefined ? aliases.all : aliases.of(keys.get(KeyId).id)
        const page = pageOf(listed, ({ name }) => name, input)
        const described = page.items.map(({ name, keyId, created, updated }) => ({
          AliasName: name,
          AliasArn: keys.arnOf(name),
          TargetKeyId: keyId,
          CreationDate: timestamp(created),
          LastUpdatedDate: timestamp(updated),
        }))
        return { Aliases: described, ...page.rest }
      },
    }),
  ]
}
