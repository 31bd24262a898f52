import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type AgentConfiguration,
  allowProofByDns,
  COLLECTOR_ENDPOINT,
  COLLECTOR_IMAGE,
  ContainerImage,
  certbotScript,
  collectorEnvironment,
  type InstanceRole,
  instanceIdentity,
  type NamesAndCertificate,
  nginxOrigin,
  operationsAlarm,
  type PostgresProcess,
  type Processes,
  secureParameter,
  singleInstance,
} from '@terrace/constructs'
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { type Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import {
  CfnEIP,
  CfnEIPAssociation,
  CfnVolume,
  type Connections,
  type IConnectable,
  type Instance,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
} from 'aws-cdk-lib/aws-ec2'
import { ARecord, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { Construct, type IDependable } from 'constructs'
import { FOLDERS, PAGE, SECURE_PARAMETERS, SITE_PORT } from './names.ts'
import type { Given } from './parameters.ts'
import type { Storage } from './storage.ts'

export interface MainInstanceProps {
  readonly vpc: IVpc
  /** A public subnet. */
  readonly subnet: ISubnet
  readonly names: NamesAndCertificate
  readonly storage: Storage
  /** The page's file, as it is published. */
  readonly page: string
  /** Build context of the site's image. */
  readonly site: string
  /** The image of Amazon Linux that it is to have, when it is given. */
  readonly image: Given
  /** Variables of the site, beside those of its database. */
  readonly environment: Readonly<Record<string, string>>
  /** Where RDS is; without it PostgreSQL is a process of the instance. */
  readonly database?: { readonly host: string; readonly tls: string }
}

/** Name and owner of the database, wherever it is. */
export const DATABASE = { name: 'quiz', username: 'quiz' } as const

/**
 * Who comes from CloudFront to origins in us-east-1, `com.amazonaws.global.cloudfront.origin-facing`.
 *
 * @see CloudFront Developer Guide "Use the CloudFront managed prefix list"
 */
const CLOUDFRONT = 'pl-3b927c52'

/** Where the CloudWatch agent of the instance puts its metrics, and the site its own. */
const METRICS = 'Quiz/Main'

const PAGES = '/srv/site'
const DEVICE = '/dev/sdf'
const DATA = '/data'

/**
 * The main instance: NGINX → site → PostgreSQL on one Graviton, with an Elastic IP and the name `origin.<domain>`, where
 * CloudFront and nobody else finds it. The database is on a volume of its own, dumped to S3, and filled from the newest
 * dump when that volume is a new one.
 */
export class MainInstance extends Construct implements IConnectable {
  readonly connections: Connections
  readonly role: InstanceRole
  /** The name by which the CDN asks. */
  readonly name: string
  readonly instance: Instance
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, props: MainInstanceProps) {
    super(scope, id)
    const { vpc, subnet, names, storage } = props
    this.name = `origin.${names.domainName}`
    const identity = instanceIdentity(this, vpc)
    this.connections = identity.securityGroup.connections
    this.role = identity.role
    // 80 is closed, too: certbot proves the name by a DNS record.
    identity.securityGroup.addIngressRule(Peer.prefixList(CLOUDFRONT), Port.tcp(443), 'HTTPS from CloudFront')
    allowProofByDns(this.role, names, this.name)
    this.role.allowMetrics(METRICS)
    this.role.allowTracing()
    storage.allowPictures(this.role)
    storage.keepKeysFor(this.role)

    const volume = props.database ? undefined : this.#volume(subnet)
    this.instance = singleInstance(this, 'Host', {
      vpc,
      subnet,
      identity,
      label: 'main',
      instanceType: 't4g.small',
      processor: 'arm64',
      update: 'restart',
      processes: this.#processes(props),
      before: certbotScript(this.name),
      agent: agent(identity.logGroup.logGroupName),
      ...(volume && { volume: { device: DEVICE, mount: DATA } }),
    })
    this.instance.instance.imageId = props.image.or(this.instance.instance.imageId)
    if (volume) this.instance.instance.volumes = [{ device: DEVICE, volumeId: volume.ref }]
    // The zone answers for the domain when the certificate of ACM is there: only then can certbot prove the name.
    this.instance.node.addDependency(names.certificate)
    this.#standAt(names)
    this.alarms = this.#watch(volume ? ['/', DATA] : ['/'])
  }

  /** Does not start before these are there. */
  startAfter(...needed: readonly IDependable[]): void {
    this.instance.node.addDependency(...needed)
  }

  #processes(props: MainInstanceProps): Processes {
    const { storage, database } = props
    const password = secureParameter(this, SECURE_PARAMETERS.databasePassword)
    return {
      ...(!database && { database: this.#postgres(storage) }),
      site: {
        kind: 'image',
        image: new ContainerImage(this, 'Image', { directory: props.site, processor: 'arm64' }),
        port: SITE_PORT,
        environment: {
          AWS_REGION: Stack.of(this).region,
          DATABASE_HOST: database?.host ?? '127.0.0.1',
          DATABASE_NAME: DATABASE.name,
          DATABASE_USERNAME: DATABASE.username,
          ...(database && { DATABASE_TLS: database.tls }),
          BUCKET: storage.bucket.bucketName,
          OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR_ENDPOINT,
          METRICS_NAMESPACE: METRICS,
          ...props.environment,
        },
        secrets: {
          DATABASE_PASSWORD: password,
          SESSION_SECRET: secureParameter(this, SECURE_PARAMETERS.sessionSecret),
        },
      },
      web: {
        kind: 'nginx',
        port: 80,
        files: [{ bucket: storage.bucket, key: PAGE, path: `${PAGES}/${PAGE}` }],
        // Another page is another version of the user data, which fetches it.
        configuration: `# ${PAGE} ${hashOf(props.page)}\n${nginxOrigin({
          name: this.name,
          root: PAGES,
          page: PAGE,
          apiPort: SITE_PORT,
          // A picture of 20 MB, and what comes with it.
          largestBody: 21,
        })}`,
      },
      collector: { kind: 'helper', image: COLLECTOR_IMAGE, environment: collectorEnvironment(Stack.of(this)) },
    }
  }

  /** Four dumps a day for a week. */
  #postgres({ bucket }: Storage): PostgresProcess {
    return {
      kind: 'postgres',
      version: '16',
      port: 5432,
      database: DATABASE.name,
      username: DATABASE.username,
      password: secureParameter(this, SECURE_PARAMETERS.databasePassword),
      data: `${DATA}/postgres`,
      backups: { bucket, key: `${FOLDERS.backups}/`, schedule: 'rate(6 hours)', keep: 28 },
    }
  }

  /** A last snapshot stays when it is deleted. */
  #volume({ availabilityZone }: ISubnet): CfnVolume {
    const volume = new CfnVolume(this, 'Data', { availabilityZone, size: 16, volumeType: 'gp3', encrypted: true })
    volume.applyRemovalPolicy(RemovalPolicy.SNAPSHOT)
    return volume
  }

  #standAt({ zone }: NamesAndCertificate): void {
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' })
    new CfnEIPAssociation(this, 'AddressOfHost', {
      allocationId: address.attrAllocationId,
      instanceId: this.instance.instanceId,
    })
    new ARecord(this, 'Name', {
      zone,
      recordName: 'origin',
      target: RecordTarget.fromIpAddresses(address.ref),
      ttl: Duration.minutes(1),
    })
  }

  #watch(disks: readonly string[]): readonly Alarm[] {
    const InstanceId = this.instance.instanceId
    const period = Duration.minutes(1)
    return [
      operationsAlarm(this, 'Down', {
        description: 'The main instance has failed its status check for three minutes',
        metric: new Metric({
          namespace: 'AWS/EC2',
          metricName: 'StatusCheckFailed',
          dimensionsMap: { InstanceId },
          statistic: 'Maximum',
          period,
        }),
        from: 1,
        minutes: 3,
      }),
      operationsAlarm(this, 'MemoryFull', {
        description: 'More than nine tenths of the main instance’s memory have been used for five minutes',
        metric: new Metric({
          namespace: METRICS,
          metricName: 'mem_used_percent',
          dimensionsMap: { InstanceId },
          period,
        }),
        from: 90,
        minutes: 5,
      }),
      ...disks.map(path =>
        operationsAlarm(this, path === DATA ? 'DataFull' : 'DiskFull', {
          description: `More than four fifths of ${path} on the main instance are used`,
          metric: new Metric({
            namespace: METRICS,
            metricName: 'disk_used_percent',
            dimensionsMap: { InstanceId, path },
            period,
          }),
          from: 80,
          minutes: 5,
        }),
      ),
    ]
  }
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12)

/** Memory and disks, and what the set-up and NGINX have written. */
const agent = (logGroupName: string): AgentConfiguration => ({
  metrics: {
    namespace: METRICS,
    append_dimensions: { InstanceId: '${aws:InstanceId}' },
    aggregation_dimensions: [['InstanceId'], ['InstanceId', 'path']],
    metrics_collected: {
      mem: { measurement: ['used_percent'] },
      disk: { measurement: ['used_percent'], resources: ['/', DATA], drop_device: true },
    },
  },
  logs: {
    logs_collected: {
      files: {
        collect_list: [
          ['/var/log/cloud-init-output.log', 'set-up'],
          ['/var/log/nginx/access.log', 'nginx-access'],
          ['/var/log/nginx/error.log', 'nginx-error'],
        ].map(([file = '', stream = '']) => ({
          file_path: file,
          log_group_name: logGroupName,
          log_stream_name: `${stream}/{instance_id}`,
        })),
      },
    },
  },
})
