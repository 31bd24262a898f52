import type { IVpc } from 'aws-cdk-lib/aws-ec2'
import { ARecord, type IAliasRecordTarget, PrivateHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'

export interface PrivateNameProps {
  readonly vpc: IVpc
  /** The whole name, `api.example.com`; may be made of a template parameter. */
  readonly name: string
  readonly target: IAliasRecordTarget
}

/**
 * A name that one VPC alone knows. Its zone is the name itself: a private zone of the whole domain would hide every other
 * name of it from what runs in the VPC.
 *
 * @see Route 53 Developer Guide "Considerations when working with a private hosted zone"
 */
export class PrivateName extends Construct {
  readonly name: string
  readonly zone: PrivateHostedZone

  constructor(scope: Construct, id: string, props: PrivateNameProps) {
    super(scope, id)
    this.name = props.name
    this.zone = new PrivateHostedZone(this, 'Zone', { vpc: props.vpc, zoneName: props.name })
    new ARecord(this, 'Record', { zone: this.zone, target: RecordTarget.fromAlias(props.target) })
  }
}
