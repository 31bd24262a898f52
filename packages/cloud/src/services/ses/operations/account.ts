import { z } from 'zod'
import { type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { Ses } from '../ses.ts'
import type { Suppressed } from '../suppression.ts'
import { pageMembers, pageSize } from './shapes.ts'

const reason = z.enum(['BOUNCE', 'COMPLAINT'])
const address = z.string().min(1)

/** How the account stands, and whom it no longer writes to. */
export function accountOperations(ses: Ses): readonly Operation[] {
  const { account, allowance } = ses
  const anywhere = (action: string) => () => ({ action: `ses:${action}`, resource: '*' })
  return [
    operation({
      name: 'GetAccount',
      route: 'GET /v2/email/account',
      input: shape({}),
      authorize: anywhere('GetAccount'),
      run() {
        const { productionAccess, sendingEnabled, suppressedReasons, details } = account.state
        const { perDay, perSecond } = account.quota
        return {
          DedicatedIpAutoWarmupEnabled: false,
          EnforcementStatus: 'HEALTHY',
          ProductionAccessEnabled: productionAccess,
          SendQuota: { Max24HourSend: perDay, MaxSendRate: perSecond, SentLast24Hours: allowance.used },
          SendingEnabled: sendingEnabled,
          SuppressionAttributes: { SuppressedReasons: suppressedReasons },
          ...(details === undefined
            ? {}
            : {
                Details: {
                  MailType: details.mailType,
                  WebsiteURL: details.websiteUrl,
                  ContactLanguage: details.contactLanguage,
                  UseCaseDescription: details.useCase,
                  AdditionalContactEmailAddresses: details.contacts,
                },
              }),
        }
      },
    }),
    operation({
      name: 'PutAccountDetails',
      route: 'POST /v2/email/account/details',
      input: shape({
        MailType: z.enum(['MARKETING', 'TRANSACTIONAL']),
        WebsiteURL: z
          .string()
          .min(1)
          .max(1000)
          .regex(/^https?:\/\/\S+$/),
        ContactLanguage: z.enum(['EN', 'JA']).optional(),
        UseCaseDescription: z.string().max(5000).optional(),
        AdditionalContactEmailAddresses: z.array(address).min(1).max(4).optional(),
        ProductionAccessEnabled: z.boolean().optional(),
      }),
      authorize: anywhere('PutAccountDetails'),
      run(input) {
        account.change({
          details: {
            mailType: input.MailType,
            websiteUrl: input.WebsiteURL,
            contactLanguage: input.ContactLanguage,
            useCase: input.UseCaseDescription,
            contacts: input.AdditionalContactEmailAddresses,
          },
          // differs: AWS reviews the request, which takes a day.
          ...(input.ProductionAccessEnabled === undefined ? {} : { productionAccess: input.ProductionAccessEnabled }),
        })
        return {}
      },
    }),
    operation({
      name: 'PutAccountSendingAttributes',
      route: 'PUT /v2/email/account/sending',
      input: shape({ SendingEnabled: z.boolean().optional() }),
      authorize: anywhere('PutAccountSendingAttributes'),
      run({ SendingEnabled = false }) {
        account.change({ sendingEnabled: SendingEnabled })
        return {}
      },
    }),
    operation({
      name: 'PutAccountSuppressionAttributes',
      route: 'PUT /v2/email/account/suppression',
      input: shape({ SuppressedReasons: z.array(reason).optional() }),
      authorize: anywhere('PutAccountSuppressionAttributes'),
      run({ SuppressedReasons = [] }) {
        account.change({ suppressedReasons: SuppressedReasons })
        return {}
      },
    }),
    ...suppressionOperations(ses, anywhere),
  ]
}

function suppressionOperations(
  { suppression }: Ses,
  anywhere: (action: string) => () => { action: string; resource: string },
): readonly Operation[] {
  const path = '/v2/email/suppression/addresses'
  return [
    operation({
      name: 'PutSuppressedDestination',
      route: `PUT ${path}`,
      input: shape({ EmailAddress: address, Reason: reason }),
      authorize: anywhere('PutSuppressedDestination'),
      run({ EmailAddress, Reason }) {
        suppression.put(EmailAddress, Reason)
        return {}
      },
    }),
    operation({
      name: 'GetSuppressedDestination',
      route: `GET ${path}/{EmailAddress}`,
      input: shape({ EmailAddress: address }),
      authorize: anywhere('GetSuppressedDestination'),
      run: ({ EmailAddress }) => ({ SuppressedDestination: describe(suppression.get(EmailAddress)) }),
    }),
    operation({
      name: 'DeleteSuppressedDestination',
      route: `DELETE ${path}/{EmailAddress}`,
      input: shape({ EmailAddress: address }),
      authorize: anywhere('DeleteSuppressedDestination'),
      run({ EmailAddress }) {
        suppression.delete(EmailAddress)
        return {}
      },
    }),
    operation({
      name: 'ListSuppressedDestinations',
      route: `GET ${path}`,
      input: shape({
        ...pageMembers,
        // Repeated in the query: one is a text, several are a list.
        Reason: z.union([z.array(reason), reason.transform(one => [one])]).optional(),
        StartDate: wireTime().optional(),
        EndDate: wireTime().optional(),
      }),
      authorize: anywhere('ListSuppressedDestinations'),
      run({ PageSize, NextToken, Reason, StartDate, EndDate }) {
        const filter = { reasons: Reason, from: StartDate, to: EndDate }
        const page = suppression.list(pageSize(PageSize), NextToken, filter)
        return { SuppressedDestinationSummaries: page.rows.map(describe), NextToken: page.next }
      },
    }),
  ]
}

const describe = ({ name, reason: because, updated }: Suppressed) => ({
  EmailAddress: name,
  Reason: because,
  LastUpdateTime: timestamp(updated),
})
