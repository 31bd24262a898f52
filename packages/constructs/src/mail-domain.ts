import { Stack } from 'aws-cdk-lib'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IPublicHostedZone } from 'aws-cdk-lib/aws-route53'
import { CfnTemplate, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'

export interface MailDomainProps {
  /** The zone of the domain that mails come from; SES's proof of it (three DKIM records) is written there. */
  readonly zone: IPublicHostedZone
}

/**
 * A domain that SES sends mails for, signed with DKIM; and a template for mails that are written already. SES sends many
 * with one call only by a template: this one takes `subject`, `text` and `html`, and passes them through as they are.
 */
export class MailDomain extends Construct {
  readonly identity: EmailIdentity
  /** The name of the template. */
  readonly template: string

  constructor(scope: Construct, id: string, props: MailDomainProps) {
    super(scope, id)
    this.identity = new EmailIdentity(this, 'Identity', { identity: Identity.publicHostedZone(props.zone) })
    this.template = `${Stack.of(this).stackName}-written`
    new CfnTemplate(this, 'Written', {
      template: {
        templateName: this.template,
        subjectPart: '{{{subject}}}',
        textPart: '{{{text}}}',
        htmlPart: '{{{html}}}',
      },
    })
  }

  /** Lets somebody send mails that are written already, many at once, from one address of the domain, and no other. */
  grantSend(grantee: IGrantable, address: string): void {
    const template = Stack.of(this).formatArn({ service: 'ses', resource: 'template', resourceName: this.template })
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ses:SendBulkEmail'],
        resources: [this.identity.emailIdentityArn, template],
        conditions: { StringEquals: { 'ses:FromAddress': address } },
      }),
    )
  }
}
