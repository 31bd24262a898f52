import { isDeepStrictEqual } from 'node:util'
import { HEX } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import {
  InvalidArnException,
  InvalidGrantIdException,
  LimitExceededException,
  NotFoundException,
  ValidationException,
} from '../errors.ts'
import { grantToken, mayRetire, readGrantToken } from '../grants.ts'
import { GRANT_OPERATIONS, type Grant, type GrantOperation, type Key } from '../key.ts'
import { MOST_GRANTS } from '../limits.ts'
import { requireEnabled } from '../usable.ts'
import {
  dryRun,
  encryptionContext,
  endDryRun,
  grantTokens,
  type KmsContext,
  keyReference,
  pageOf,
  paging,
} from './shapes.ts'

const principal = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\w+=,.@:/-]+$/)
const grantId = z.string().min(1).max(128)

/** Permissions for one principal, beside the key's policy. */
export function grantOperations({ keys, access, random }: KmsContext): readonly Operation[] {
  const on = (reference: string, action: string) => access.on(keys.get(reference), action)
  const find = (key: Key, id: string): Grant => {
    const grant = key.grants.find(each => each.id === id)
    if (grant) return grant
    throw new NotFoundException(`Grant ID ${id} not found`)
  }
  const remove = (key: Key, id: string, how: string) => {
    keys.change(key, { grants: key.grants.filter(grant => grant.id !== id) })
    keys.note('grantEnded', key, `the grant ${id} of the key ${key.id} was ${how}`)
  }
  const retired = ({ GrantToken, KeyId, GrantId }: RetireInput) => {
    if (GrantToken !== undefined && KeyId === undefined && GrantId === undefined) {
      const token = readGrantToken(GrantToken)
      return { key: keys.get(token.keyId), id: token.grantId }
    }
    if (GrantToken === undefined && KeyId !== undefined && GrantId !== undefined) {
      if (!KeyId.startsWith('arn:')) throw new InvalidArnException(`Invalid arn ${KeyId}`)
      return { key: keys.get(KeyId), id: GrantId }
    }
    throw new ValidationException('Specify either the GrantToken, or the GrantId and the KeyId.')
  }
  return [
    operation({
      name: 'CreateGrant',
      input: shape({
        KeyId: keyReference,
        GranteePrincipal: principal,
        RetiringPrincipal: principal.optional(),
        Operations: z.array(z.enum(GRANT_OPERATIONS)).min(1),
        Constraints: shape({
          EncryptionContextSubset: encryptionContext,
          EncryptionContextEquals: encryptionContext,
        }).optional(),
        GrantTokens: grantTokens(),
        Name: z
          .string()
          .min(1)
          .max(256)
          .regex(/^[a-zA-Z0-9:/_-]+$/)
          .optional(),
        DryRun: dryRun,
      }),
      authorize: ({ KeyId, GranteePrincipal, RetiringPrincipal, Operations, Constraints }) =>
        access.on(keys.get(KeyId), 'CreateGrant', {
          newGrant: {
            operations: Operations,
            equals: Constraints?.EncryptionContextEquals,
            subset: Constraints?.EncryptionContextSubset,
          },
          context: {
            'kms:GranteePrincipal': GranteePrincipal,
            'kms:RetiringPrincipal': RetiringPrincipal,
            'kms:GrantOperations': Operations,
            'kms:GrantIsForAWSResource': 'false',
            'kms:GrantConstraintType': constraintType(Constraints),
          },
        }),
      run({ KeyId, GranteePrincipal, RetiringPrincipal, Operations, Constraints, Name, DryRun }) {
        const key = keys.get(KeyId)
        requireEnabled(key)
        for (const name of [GranteePrincipal, RetiringPrincipal]) checkPrincipal(name)
        const impossible = Operations.find(each => !FITTING[key.usage].has(each))
        if (impossible) {
          throw new ValidationException(`The operation ${impossible} is not valid for a key for ${key.usage}.`)
        }
        const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = Constraints ?? {}
        if (equals && subset) throw new ValidationException('Only one kind of constraint can be given.')
        const asked = {
          name: Name,
          grantee: GranteePrincipal,
          retiring: RetiringPrincipal,
          operations: Operations,
          equals,
          subset,
        }
        endDryRun(DryRun)
        // The same request with the same name gives the grant that is there. API Reference "CreateGrant", Name.
        const there = Name === undefined ? undefined : key.grants.find(grant => isSame(grant, asked))
        if (there) return { GrantId: there.id, GrantToken: grantToken(key, there.id) }
        if (key.grants.length >= MOST_GRANTS)
          throw new LimitExceededException(`A key has at most ${MOST_GRANTS} grants.`)
        const id = random.text(64, HEX)
        keys.change(key, { grants: [...key.grants, { ...asked, id, created: keys.clock.now() }] })
        const message = `${GranteePrincipal} may ${Operations.join(', ')} with the key ${key.id} by the grant ${id}`
        keys.note('granted', key, message)
        return { GrantId: id, GrantToken: grantToken(key, id) }
      },
    }),
    operation({
      name: 'ListGrants',
      input: shape({
        KeyId: keyReference,
        GrantId: grantId.optional(),
        GranteePrincipal: principal.optional(),
        ...paging,
      }),
      authorize: ({ KeyId }) => on(KeyId, 'ListGrants'),
      run({ KeyId, GrantId, GranteePrincipal, ...input }) {
        const key = keys.get(KeyId)
        const listed = key.grants.filter(
          ({ id, grantee }) =>
            (GrantId === undefined || id === GrantId) &&
            (GranteePrincipal === undefined || grantee === GranteePrincipal),
        )
        if (GrantId !== undefined && listed.length === 0) throw new InvalidGrantIdException(GrantId)
        return list(
          listed.map(grant => ({ key, grant })),
          input,
          keys.architecture.account,
        )
      },
    }),
    operation({
      name: 'ListRetirableGrants',
      input: shape({ RetiringPrincipal: principal, ...paging }),
      authorize: () => ({ action: 'kms:ListRetirableGrants', resource: '*' }),
      run({ RetiringPrincipal, ...input }) {
        const listed = keys.all.flatMap(key => key.grants.map(grant => ({ key, grant })))
        const mine = listed.filter(({ grant }) => grant.retiring === RetiringPrincipal)
        return list(mine, input, keys.architecture.account)
      },
    }),
    operation({
      name: 'RetireGrant',
      input: shape({
        GrantToken: z.string().min(1).max(8192).optional(),
        KeyId: keyReference.optional(),
        GrantId: grantId.optional(),
        DryRun: dryRun,
      }),
      authorize(input, call) {
        const { key, id } = retired(input)
        return mayRetire(find(key, id), call.principal) ? [] : access.on(key, 'RetireGrant')
      },
      run(input) {
        const { key, id } = retired(input)
        find(key, id)
        endDryRun(input.DryRun)
        remove(key, id, 'retired')
        return undefined
      },
    }),
    operation({
      name: 'RevokeGrant',
      input: shape({ KeyId: keyReference, GrantId: grantId, DryRun: dryRun }),
      authorize: ({ KeyId }) => on(KeyId, 'RevokeGrant'),
      run({ KeyId, GrantId, DryRun }) {
        const key = keys.get(KeyId)
        find(key, GrantId)
        endDryRun(DryRun)
        remove(key, GrantId, 'revoked')
        return undefined
      },
    }),
  ]
}

interface RetireInput {
  readonly GrantToken?: string | undefined
  readonly KeyId?: string | undefined
  readonly GrantId?: string | undefined
}

const ALWAYS: readonly GrantOperation[] = ['CreateGrant', 'RetireGrant', 'DescribeKey']

/** @see AWS KMS Developer Guide "Grants in AWS KMS", "Grant operations" */
const FITTING: Readonly<Record<Key['usage'], ReadonlySet<GrantOperation>>> = {
  ENCRYPT_DECRYPT: new Set<GrantOperation>([
    ...ALWAYS,
    'Encrypt',
    'Decrypt',
    'GenerateDataKey',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
    'GetPublicKey',
  ]),
  SIGN_VERIFY: new Set<GrantOperation>([...ALWAYS, 'Sign', 'Verify', 'GetPublicKey']),
  GENERATE_VERIFY_MAC: new Set<GrantOperation>([...ALWAYS, 'GenerateMac', 'VerifyMac']),
}

function checkPrincipal(name: string | undefined): void {
  if (name === undefined || /^arn:[\w-]+:(iam|sts)::\d{12}:.+$/.test(name) || name.endsWith('.amazonaws.com')) return
  throw new InvalidArnException(`ARN does not refer to a valid principal: ${name}`)
}

function constraintType(constraints: object | undefined): string | undefined {
  const [kind] = Object.entries(constraints ?? {}).find(([, value]) => value !== undefined) ?? []
  return kind
}

function isSame({ id: _, created: __, ...grant }: Grant, asked: Omit<Grant, 'id' | 'created'>): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(grant)), JSON.parse(JSON.stringify(asked)))
}

function list(
  grants: readonly { readonly key: Key; readonly grant: Grant }[],
  input: Parameters<typeof pageOf>[2],
  account: string,
) {
  const page = pageOf(grants, ({ grant }) => grant.id, input)
  const described = page.items.map(({ key, grant }) => ({
    KeyId: key.arn,
    GrantId: grant.id,
    Name: grant.name ?? '',
    CreationDate: timestamp(grant.created),
    GranteePrincipal: grant.grantee,
    RetiringPrincipal: grant.retiring,
    IssuingAccount: `arn:aws:iam::${account}:root`,
    Operations: grant.operations,
    Constraints:
      grant.equals || grant.subset
        ? { EncryptionContextEquals: grant.equals, EncryptionContextSubset: grant.subset }
        : undefined,
  }))
  return { Grants: described, ...page.rest }
}
