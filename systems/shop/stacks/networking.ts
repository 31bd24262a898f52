import {
  LogBucket,
  MailDomain,
  NamesAndCertificate,
  S3Endpoint,
  SiteBucket,
  ThreeTierNetwork,
  WorkQueue,
} from '@terrace/constructs'
import { CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Mistake } from './mistakes/mistakes.ts'

export interface NetworkingProps extends StackProps {
  /** Folder with the six pictures. */
  readonly pictures: string
  readonly mistake: Mistake
}

/** What everything stands on: network, names, buckets, the queue between API and worker, the domain that mails come from. */
export class NetworkingStack extends Stack {
  readonly domainName: string
  readonly network: ThreeTierNetwork
  readonly names: NamesAndCertificate
  readonly logs: LogBucket
  readonly site: SiteBucket
  readonly pictures: SiteBucket
  readonly orders: WorkQueue
  readonly mail: MailDomain

  constructor(scope: Construct, id: string, props: NetworkingProps) {
    super(scope, id, { description: 'Shop 1/4: network, names, buckets, queue', ...props })
    this.domainName = this.#parameter('DomainName', 'shop.example.com', 'Where the store is')

    // The data subnets have no route out; NAT, not endpoints by the hour, is the way of the others to what is not S3.
    this.network = new ThreeTierNetwork(this, 'Network')
    this.names = new NamesAndCertificate(this, 'Names', { domainName: this.domainName })
    this.mail = new MailDomain(this, 'Mail', { zone: this.names.zone })
    this.logs = new LogBucket(this, 'Logs')
    this.site = new SiteBucket(this, 'Site', { logs: this.logs })
    this.pictures = new SiteBucket(this, 'Pictures', { logs: this.logs, name: this.#picturesName() })
    this.pictures.publish({ directory: props.pictures, ending: '.jpeg' })

    new S3Endpoint(this, 'S3', {
      network: this.network,
      tiers: ['web', 'app'],
      reads: [this.site.bucket, this.pictures.bucket],
      // Without the packages of Amazon Linux no instance gets further than its first line.
      ...(props.mistake === 'narrow-endpoint' && { awsContent: ['images'] }),
    })
    // A message is worked on within seconds, or the worker has died.
    this.orders = new WorkQueue(this, 'Orders', { visibilityTimeout: Duration.seconds(30), attempts: 5 })

    this.#output('NameServers', Fn.join(' ', this.names.zone.hostedZoneNameServers ?? []), 'For your registrar')
    this.#output('HostedZoneId', this.names.zone.hostedZoneId, 'The zone of the domain')
    this.#output('PicturesBucketName', this.pictures.bucket.bucketName, 'The six pictures')
  }

  /** The name that was given, or one that CloudFormation makes. */
  #picturesName(): string {
    const given = this.#parameter('PicturesBucket', '', 'Name of the bucket for pictures; empty: a generated one')
    const isGiven = new CfnCondition(this, 'PicturesBucketIsNamed', {
      expression: Fn.conditionNot(Fn.conditionEquals(given, '')),
    })
    return Fn.conditionIf(isGiven.logicalId, given, Fn.ref('AWS::NoValue')).toString()
  }

  #parameter(id: string, value: string, description: string): string {
    return new CfnParameter(this, id, { default: value, description }).valueAsString
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}
