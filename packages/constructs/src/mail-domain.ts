import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IPublicHostedZone } from 'aws-cdk-lib/aws-route53'
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'

export interface MailDomainProps {
  /** The zone of the domain that mails come from; SES's proof of it (three DKIM records) is written there. */
  readonly zone: IPublicHostedZone
}

/** A domain that SES sends mails for, signed with DKIM. */
export class MailDomain extends Construct {
  readonly identity: EmailIdentity

  constructor(scope: Construct, id: string, props: MailDomainProps) {
    super(scope, id)
    this.identity = new EmailIdentity(this, 'Identity', { identity: Identity.publicHostedZone(props.zone) })
  }

  /** Lets somebody send from one address of the domain, and no other. */
  grantSend(grantee: IGrantable, address: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [this.identity.emailIdentityArn],
        conditions: { StringEquals: { 'ses:FromAddress': address } },
      }),
    )
  }
}
