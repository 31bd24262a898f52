import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { Identity } from '../identities.ts'
import { LONGEST_POLICY } from '../limits.ts'
import type { Ses } from '../ses.ts'
import { pageMembers, pageSize, readTags, resourceName, tagList, writeTags } from './shapes.ts'

const identity = z.string().min(1).max(320)
const policyName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/)
const policyText = z.string().min(1).max(LONGEST_POLICY)

/** Newer clients post what older ones ask for by the path. */
const LIST_ROUTES = ['GET /v2/email/identities', 'POST /v2/email/list-identities']

/** Who mail may come from. */
export function identityOperations(ses: Ses): readonly Operation[] {
  const { identities, configurationSets } = ses
  const on = (action: string, name: string) => ({ action: `ses:${action}`, resource: identities.arnOf(name) })
  return [
    operation({
      name: 'CreateEmailIdentity',
      route: 'POST /v2/email/identities',
      input: shape({
        EmailIdentity: identity,
        Tags: tagList.optional(),
        ConfigurationSetName: resourceName.optional(),
      }),
      authorize: ({ EmailIdentity }) => on('CreateEmailIdentity', EmailIdentity),
      run({ EmailIdentity, Tags, ConfigurationSetName }) {
        if (ConfigurationSetName !== undefined) configurationSets.get(ConfigurationSetName)
        const made = identities.create(EmailIdentity, {
          configurationSet: ConfigurationSetName,
          tags: readTags(Tags),
        })
        const { IdentityType, VerifiedForSendingStatus, DkimAttributes } = describe(made, ses)
        return { IdentityType, VerifiedForSendingStatus, DkimAttributes }
      },
    }),
    operation({
      name: 'GetEmailIdentity',
      route: 'GET /v2/email/identities/{EmailIdentity}',
      input: shape({ EmailIdentity: identity }),
      authorize: ({ EmailIdentity }) => on('GetEmailIdentity', EmailIdentity),
      run: ({ EmailIdentity }) => describe(identities.get(EmailIdentity), ses),
    }),
    ...LIST_ROUTES.map(route =>
      operation({
        name: 'ListEmailIdentities',
        route,
        input: shape(pageMembers),
        authorize: () => ({ action: 'ses:ListEmailIdentities', resource: '*' }),
        run({ PageSize, NextToken }) {
          const page = identities.list(pageSize(PageSize), NextToken)
          const rows = page.rows.map(each => {
            const { IdentityType, VerificationStatus, VerifiedForSendingStatus } = describe(each, ses)
            return {
              IdentityType,
              IdentityName: each.name,
              SendingEnabled: VerifiedForSendingStatus,
              VerificationStatus,
            }
          })
          return { EmailIdentities: rows, NextToken: page.next }
        },
      }),
    ),
    operation({
      name: 'DeleteEmailIdentity',
      route: 'DELETE /v2/email/identities/{EmailIdentity}',
      input: shape({ EmailIdentity: identity }),
      authorize: ({ EmailIdentity }) => on('DeleteEmailIdentity', EmailIdentity),
      run({ EmailIdentity }) {
        identities.delete(EmailIdentity)
        return {}
      },
    }),
    operation({
      name: 'PutEmailIdentityConfigurationSetAttributes',
      route: 'PUT /v2/email/identities/{EmailIdentity}/configuration-set',
      input: shape({ EmailIdentity: identity, ConfigurationSetName: resourceName.optional() }),
      authorize: ({ EmailIdentity }) => on('PutEmailIdentityConfigurationSetAttributes', EmailIdentity),
      run({ EmailIdentity, ConfigurationSetName }) {
        if (ConfigurationSetName !== undefined) configurationSets.get(ConfigurationSetName)
        identities.setConfigurationSet(EmailIdentity, ConfigurationSetName)
        return {}
      },
    }),
    ...policyOperations(ses, on),
  ]
}

function policyOperations(
  { identities }: Ses,
  on: (action: string, name: string) => { action: string; resource: string },
) {
  const path = '/v2/email/identities/{EmailIdentity}/policies'
  const whole = shape({ EmailIdentity: identity, PolicyName: policyName, Policy: policyText })
  return [
    operation({
      name: 'CreateEmailIdentityPolicy',
      route: `POST ${path}/{PolicyName}`,
      input: whole,
      authorize: ({ EmailIdentity }) => on('CreateEmailIdentityPolicy', EmailIdentity),
      run({ EmailIdentity, PolicyName, Policy }) {
        identities.putPolicy(EmailIdentity, PolicyName, Policy, 'create')
        return {}
      },
    }),
    operation({
      name: 'UpdateEmailIdentityPolicy',
      route: `PUT ${path}/{PolicyName}`,
      input: whole,
      authorize: ({ EmailIdentity }) => on('UpdateEmailIdentityPolicy', EmailIdentity),
      run({ EmailIdentity, PolicyName, Policy }) {
        identities.putPolicy(EmailIdentity, PolicyName, Policy, 'update')
        return {}
      },
    }),
    operation({
      name: 'GetEmailIdentityPolicies',
      route: `GET ${path}`,
      input: shape({ EmailIdentity: identity }),
      authorize: ({ EmailIdentity }) => on('GetEmailIdentityPolicies', EmailIdentity),
      run: ({ EmailIdentity }) => ({ Policies: identities.get(EmailIdentity).policies }),
    }),
    operation({
      name: 'DeleteEmailIdentityPolicy',
      route: `DELETE ${path}/{PolicyName}`,
      input: shape({ EmailIdentity: identity, PolicyName: policyName }),
      authorize: ({ EmailIdentity }) => on('DeleteEmailIdentityPolicy', EmailIdentity),
      run({ EmailIdentity, PolicyName }) {
        identities.deletePolicy(EmailIdentity, PolicyName)
        return {}
      },
    }),
  ]
}

/** @see Amazon SES API v2 Reference "GetEmailIdentity" */
function describe(row: Identity, { identities }: Ses) {
  const verified = identities.isProven(row)
  const status = verified ? 'SUCCESS' : 'PENDING'
  const isAddress = row.name.includes('@')
  return {
    IdentityType: isAddress ? 'EMAIL_ADDRESS' : 'DOMAIN',
    FeedbackForwardingStatus: false,
    VerifiedForSendingStatus: verified,
    VerificationStatus: status,
    DkimAttributes: {
      SigningEnabled: !isAddress,
      Status: isAddress ? 'NOT_STARTED' : status,
      SigningAttributesOrigin: 'AWS_SES',
      ...(isAddress
        ? {}
        : { Tokens: row.dkimTokens, CurrentSigningKeyLength: 'RSA_2048_BIT', NextSigningKeyLength: 'RSA_2048_BIT' }),
    },
    MailFromAttributes: { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    Policies: row.policies,
    Tags: writeTags(row.tags),
    ConfigurationSetName: row.configurationSet,
  }
}
