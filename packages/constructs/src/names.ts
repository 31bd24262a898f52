import { Certificate, CertificateValidation, type CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  ARecord,
  HostedZone,
  type IAliasRecordTarget,
  type IHostedZone,
  PublicHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'

/** Which hosted zone answers for the domain. */
export type Zone =
  /** Makes one; its name servers must be entered at the registrar before the certificate is issued. */
  | { readonly kind: 'new' }
  /** One that this account already has: `Z…`, as Route 53 shows it. */
  | { readonly kind: 'existing'; readonly hostedZoneId: string }

export interface NamesAndCertificateProps {
  /** The apex, `library.example.com`; may be a template parameter. */
  readonly domainName: string
  /** Default `{ kind: 'new' }`. */
  readonly zone?: Zone
}

/**
 * A domain: its hosted zone, one certificate for the apex and everything one level below, validated by a DNS record
 * that CloudFormation writes into the zone, and alias records.
 */
export class NamesAndCertificate extends Construct {
  readonly domainName: string
  readonly zone: IHostedZone
  readonly certificate: Certificate

  constructor(scope: Construct, id: string, props: NamesAndCertificateProps) {
    super(scope, id)
    const { domainName, zone = { kind: 'new' } } = props
    this.domainName = domainName
    this.zone =
      zone.kind === 'new'
        ? new PublicHostedZone(this, 'Zone', { zoneName: domainName })
        : HostedZone.fromHostedZoneAttributes(this, 'Zone', { zoneName: domainName, hostedZoneId: zone.hostedZoneId })
    this.certificate = new Certificate(this, 'Certificate', {
      domainName,
      subjectAlternativeNames: [`*.${domainName}`],
      validation: CertificateValidation.fromDns(this.zone),
    })
    // The wildcard shares the apex's validation record. With a name that is only a parameter CDK cannot see that and
    // lists it a second time, which ACM refuses.
    const certificate = this.certificate.node.defaultChild as CfnCertificate
    certificate.addPropertyOverride('DomainValidationOptions', [
      { DomainName: domainName, HostedZoneId: this.zone.hostedZoneId },
    ])
  }

  /** Points the domain itself at a target. @param scope  whose stack has the record. Default: the zone's own */
  pointApex(target: IAliasRecordTarget, scope: Construct = this): void {
    new ARecord(scope, 'Apex', { zone: this.zone, target: RecordTarget.fromAlias(target) })
  }

  /** Points one label below the domain, such as `app`, at a target. */
  point(label: string, target: IAliasRecordTarget): void {
    new ARecord(this, label, { zone: this.zone, recordName: label, target: RecordTarget.fromAlias(target) })
  }
}
