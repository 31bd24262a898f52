import type { Access } from '../../../identity/authorizer.ts'
import { type Outgoing, recipientsOf } from '../mailer.ts'
import type { Ses } from '../ses.ts'

/**
 * What a message needs: to send from its identity, by its configuration set, and with its template.
 * @see Service Authorization Reference "Actions, resources, and condition keys for Amazon Simple Email Service v2"
 */
export function permissionsFor(mail: Outgoing, action: string, ses: Ses, version = '2'): readonly Access[] {
  const { from, returnPath, configurationSet, content } = mail
  const identity = ses.identities.coveringOf(from.address)
  const context = {
    'ses:ApiVersion': version,
    'ses:FromAddress': from.address,
    'ses:Recipients': recipientsOf(mail),
    ...(from.name === '' ? {} : { 'ses:FromDisplayName': from.name }),
    ...(returnPath === undefined ? {} : { 'ses:FeedbackAddress': returnPath.address }),
  }
  const resources = [
    ...(configurationSet === undefined ? [] : [ses.configurationSets.arnOf(configurationSet)]),
    ...(content.kind === 'template' && content.name !== '' ? [ses.templateArn(content.name)] : []),
  ]
  return [
    {
      action,
      resource: ses.identities.arnOf(identity?.name ?? from.address),
      resourcePolicy: identity && ses.identities.policyOf(identity),
      context,
    },
    ...resources.map(resource => ({ action, resource, context })),
  ]
}
