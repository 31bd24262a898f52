import type { Operation } from '../../../gateway/api.ts'
import { permissionOperations } from './permissions.ts'
import { publishOperations } from './publish.ts'
import type { Context } from './shapes.ts'
import { subscriptionOperations } from './subscriptions.ts'
import { tagOperations } from './tags.ts'
import { topicOperations } from './topics.ts'

/** The table of SNS. @see Amazon SNS API Reference, version 2010-03-31 */
export const operations = (context: Context): readonly Operation[] => [
  ...topicOperations(context),
  ...subscriptionOperations(context),
  ...publishOperations(context),
  ...permissionOperations(context),
  ...tagOperations(context),
]

const MOBILE = 'there are no mobile devices here'
const TELEPHONE = 'there are no telephones here'
const PROTECTION = 'messages are not searched for personal data'

/** What is refused for a reason. */
export const REFUSED: Readonly<Record<string, string>> = {
  CheckIfPhoneNumberIsOptedOut: TELEPHONE,
  CreatePlatformApplication: MOBILE,
  CreatePlatformEndpoint: MOBILE,
  CreateSMSSandboxPhoneNumber: TELEPHONE,
  DeleteEndpoint: MOBILE,
  DeletePlatformApplication: MOBILE,
  DeleteSMSSandboxPhoneNumber: TELEPHONE,
  GetDataProtectionPolicy: PROTECTION,
  GetEndpointAttributes: MOBILE,
  GetPlatformApplicationAttributes: MOBILE,
  GetSMSAttributes: TELEPHONE,
  GetSMSSandboxAccountStatus: TELEPHONE,
  ListEndpointsByPlatformApplication: MOBILE,
  ListOriginationNumbers: TELEPHONE,
  ListPhoneNumbersOptedOut: TELEPHONE,
  ListPlatformApplications: MOBILE,
  ListSMSSandboxPhoneNumbers: TELEPHONE,
  OptInPhoneNumber: TELEPHONE,
  PutDataProtectionPolicy: PROTECTION,
  SetEndpointAttributes: MOBILE,
  SetPlatformApplicationAttributes: MOBILE,
  SetSMSAttributes: TELEPHONE,
  VerifySMSSandboxPhoneNumber: TELEPHONE,
}
