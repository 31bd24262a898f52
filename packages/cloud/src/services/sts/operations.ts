import { seconds } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireInteger, wireList } from '../../gateway/api.ts'
import { AccessDenied } from '../../gateway/errors.ts'
import { timestamp } from '../../gateway/time.ts'
import type { Access } from '../../identity/authorizer.ts'
import type { Credentials } from '../../identity/credentials.ts'
import { sessionNameOf } from '../../identity/principal.ts'
import { ASSUME_ROLE, trustOf } from '../../identity/trust.ts'
import { uniqueId } from '../../identity/unique-id.ts'
import type { World } from '../../world.ts'
import { Roles } from './assume-role.ts'
import { ValidationError } from './errors.ts'
import {
  LONGEST_ROLE_SESSION,
  LONGEST_TOKEN_SESSION,
  MOST_POLICY_ARNS,
  SHORTEST_SESSION,
  TOKEN_SESSION,
} from './limits.ts'
import { identityOf } from './state.ts'

const arn = z.string().min(20).max(2048)

const duration = (longest: number) =>
  wireInteger().pipe(
    z
      .int()
      .min(SHORTEST_SESSION / 1000)
      .max(longest / 1000),
  )

const assumeRoleInput = shape({
  RoleArn: arn,
  RoleSessionName: z
    .string()
    .min(2)
    .max(64)
    .regex(/^[\w+=,.@-]*$/),
  DurationSeconds: duration(LONGEST_ROLE_SESSION).optional(),
  ExternalId: z
    .string()
    .min(2)
    .max(1224)
    .regex(/^[\w+=,.@:/-]*$/)
    .optional(),
  Policy: z.string().min(1).optional(),
  PolicyArns: wireList(shape({ arn }), MOST_POLICY_ARNS).optional(),
})

/** The table of STS. */
export function operations(world: Pick<World, 'architecture' | 'credentials'>): readonly Operation[] {
  const { account } = world.architecture
  const roles = new Roles(world)
  return [
    operation({
      name: 'GetCallerIdentity',
      input: shape({}),
      // Needs no permission, not even against a deny. STS API Reference "GetCallerIdentity".
      authorize: () => [],
      run(_input, { principal }) {
        const identity = identityOf(principal, account)
        if (!identity) throw new AccessDenied()
        return identity
      },
    }),
    operation({
      name: 'AssumeRole',
      input: assumeRoleInput,
      authorize: input => assumeAccess(roles, input),
      run(input, { principal }) {
        const role = roles.find(input.RoleArn)
        if (!role) throw new AccessDenied()
        const request = {
          roleArn: input.RoleArn,
          sessionName: input.RoleSessionName,
          durationSeconds: input.DurationSeconds,
          policy: input.Policy,
          policyArns: (input.PolicyArns ?? []).map(each => each.arn),
        }
        const assumed = roles.assume(role, request, principal)
        return {
          Credentials: credentialsAnswer(assumed.credentials),
          AssumedRoleUser: {
            AssumedRoleId: `${uniqueId('AROA', role.arn)}:${sessionNameOf(assumed.principal)}`,
            Arn: assumed.principal.sessionArn,
          },
          PackedPolicySize: assumed.packedPolicyPercent,
        }
      },
    }),
    operation({
      name: 'GetSessionToken',
      input: shape({ DurationSeconds: duration(LONGEST_TOKEN_SESSION).optional() }),
      authorize: () => [],
      run({ DurationSeconds }, { principal }) {
        if (principal.kind !== 'administrator') {
          throw new AccessDenied('Cannot call GetSessionToken with session credentials')
        }
        const lifetime = DurationSeconds === undefined ? TOKEN_SESSION : seconds(DurationSeconds)
        return { Credentials: credentialsAnswer(world.credentials.issue(principal, lifetime)) }
      },
    }),
    operation({
      name: 'GetAccessKeyInfo',
      input: shape({
        AccessKeyId: z
          .string()
          .min(16)
          .max(128)
          .regex(/^[\w]*$/),
      }),
      authorize: () => ({ action: 'sts:GetAccessKeyInfo', resource: '*' }),
      run({ AccessKeyId }) {
        if (!world.credentials.find(AccessKeyId)) {
          throw new ValidationError(`The specified value for accessKeyId is invalid: ${AccessKeyId}`)
        }
        return { Account: account }
      },
    }),
  ]
}

/** A role that isn't there is refused as one that doesn't trust the caller: nobody learns which it was. */
function assumeAccess(roles: Roles, input: z.output<typeof assumeRoleInput>): Access {
  const role = roles.find(input.RoleArn)
  return {
    action: ASSUME_ROLE,
    resource: input.RoleArn,
    resourcePolicy: role && trustOf(role),
    resourceMustAllow: true,
    context: { 'sts:ExternalId': input.ExternalId, 'sts:RoleSessionName': input.RoleSessionName },
  }
}

const credentialsAnswer = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: Credentials) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  SessionToken: sessionToken,
  Expiration: timestamp(expiration),
})
