import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcards } from './acknowledge.ts'
import type { InstanceRole } from './instance-role.ts'
import type { NamesAndCertificate } from './names.ts'

/**
 * Lets certbot prove a name of the zone by a DNS record, and write no other record than that one.
 *
 * @param name  the domain itself, or one below it
 * @see certbot-dns-route53.readthedocs.io, "Credentials"
 */
export function allowProofByDns(role: InstanceRole, { zone }: NamesAndCertificate, name: string): void {
  role.role.addToPolicy(
    new PolicyStatement({
      sid: 'FindZone',
      actions: ['route53:ListHostedZones', 'route53:GetChange'],
      resources: ['*'],
    }),
  )
  role.role.addToPolicy(
    new PolicyStatement({
      sid: 'ProveName',
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [zone.hostedZoneArn],
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [`_acme-challenge.${name}`],
          'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'],
        },
      },
    }),
  )
  acknowledgeWildcards(role, 'Finding the zone, and asking whether a change is through, have no narrower resource.', [
    'Resource::*',
  ])
}
