import { digest, LOWER_ALPHANUMERIC } from '@terrace/kit'
import type { IdentityTable, Subject } from './identity.ts'
import { arn, nameOf, upper } from './ids.ts'

const identifier = (subject: Subject) =>
  nameOf('DBInstanceIdentifier', { most: 63, lower: true })(subject).toLowerCase()
const clusterIdentifier = (subject: Subject) =>
  nameOf('DBClusterIdentifier', { most: 63, lower: true })(subject).toLowerCase()

/** All endpoints of an account in a region share the second label. */
const accountLabel = (subject: Subject) => digest(`rds:${subject.account}:${subject.region}`, 12, LOWER_ALPHANUMERIC)
const endpoint = (subject: Subject, name: string, kind = '') =>
  `${name}.${kind}${accountLabel(subject)}.${subject.region}.rds.${subject.urlSuffix}`

const PORTS: Readonly<Record<string, string>> = { postgres: '5432', sqlserver: '1433', oracle: '1521' }
function port(subject: Subject): string {
  const engine = subject.text('Engine') ?? ''
  const family = Object.keys(PORTS).find(name => engine.startsWith(name) || engine === `aurora-${name}ql`)
  return subject.text('Port') ?? (family && PORTS[family]) ?? '3306'
}

const managedSecret = (subject: Subject) =>
  arn(
    subject,
    'secretsmanager',
    `secret:rds!db-${subject.characters('managed', 32)}-${subject.characters('managed suffix', 6, LOWER_ALPHANUMERIC)}`,
  )

/** RDS. differs: an instance of an Aurora cluster gets an endpoint of its own, but no cluster runs */
export const rds: IdentityTable = {
  'AWS::RDS::DBInstance': {
    ref: identifier,
    attributes: {
      'Endpoint.Address': s => endpoint(s, identifier(s)),
      'Endpoint.Port': port,
      'Endpoint.HostedZoneId': () => 'Z2R2ITUGPM61AM',
      DBInstanceArn: s => arn(s, 'rds', `db:${identifier(s)}`),
      DbiResourceId: upper('db-', 26),
      DBInstanceStatus: () => 'available',
      'MasterUserSecret.SecretArn': managedSecret,
      'CertificateDetails.CAIdentifier': () => undefined,
      'CertificateDetails.ValidTill': () => undefined,
      SecondaryAvailabilityZone: () => undefined,
      InstanceCreateTime: () => undefined,
      LatestRestorableTime: () => undefined,
      'ListenerEndpoint.Address': () => undefined,
      'ListenerEndpoint.Port': () => undefined,
      'ListenerEndpoint.HostedZoneId': () => undefined,
      ReadReplicaDBInstanceIdentifiers: () => undefined,
      ReadReplicaDBClusterIdentifiers: () => undefined,
      PercentProgress: () => undefined,
      StatusInfos: () => undefined,
    },
    alsoKnownBy: ['DBInstanceArn', 'Endpoint.Address'],
  },
  'AWS::RDS::DBCluster': {
    ref: clusterIdentifier,
    attributes: {
      'Endpoint.Address': s => endpoint(s, clusterIdentifier(s), 'cluster-'),
      'Endpoint.Port': port,
      'ReadEndpoint.Address': s => endpoint(s, clusterIdentifier(s), 'cluster-ro-'),
      DBClusterArn: s => arn(s, 'rds', `cluster:${clusterIdentifier(s)}`),
      DBClusterResourceId: upper('cluster-', 26),
      'MasterUserSecret.SecretArn': managedSecret,
      StorageThroughput: () => undefined,
      StorageEncryptionType: () => undefined,
    },
  },
  'AWS::RDS::DBSubnetGroup': { ref: s => nameOf('DBSubnetGroupName', { lower: true })(s).toLowerCase() },
  'AWS::RDS::DBParameterGroup': {
    ref: nameOf('DBParameterGroupName', { lower: true }),
    attributes: { DBParameterGroupName: nameOf('DBParameterGroupName', { lower: true }) },
  },
  'AWS::RDS::DBClusterParameterGroup': { ref: nameOf('DBClusterParameterGroupName', { lower: true }) },
  'AWS::RDS::EventSubscription': { ref: nameOf('SubscriptionName', { lower: true }) },
  'AWS::RDS::OptionGroup': { ref: nameOf('OptionGroupName', { lower: true }) },
  'AWS::RDS::GlobalCluster': { ref: nameOf('GlobalClusterIdentifier', { lower: true }) },
}
