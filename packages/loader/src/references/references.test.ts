import { describe, expect, it } from 'vitest'
import { mappingNode, type TemplateNode, textNode } from '../read/template-node.ts'
import { subjectOf } from '../stack/subject.ts'
import { IDENTITIES } from './table.ts'

const subject = (type: string, properties: Record<string, string> = {}, stack = 'shop', logicalId = 'Thing') => {
  const entries = Object.entries(properties).map(([key, value]): [string, TemplateNode] => [key, textNode(value, 1)])
  const publicNames = { loadBalancer: 'elb.amazonaws.com', distribution: 'cloudfront.net' }
  const environment = { stack, region: 'us-east-1', account: '123456789012', publicNames }
  return subjectOf(environment, logicalId, type, mappingNode(new Map(entries), 1), () => undefined)
}

const ref = (type: string, properties?: Record<string, string>, stack?: string) =>
  IDENTITIES[type]?.ref(subject(type, properties, stack))
const attribute = (type: string, name: string, properties?: Record<string, string>) =>
  IDENTITIES[type]?.attributes?.[name]?.(subject(type, properties))

describe('Ref gives', () => {
  it.each([
    ['AWS::EC2::VPC', {}, /^vpc-[0-9a-f]{17}$/],
    ['AWS::EC2::EIP', {}, /^198\.1[89]\.\d+\.\d+$/],
    ['AWS::EC2::SecurityGroup', { VpcId: 'vpc-1' }, /^sg-[0-9a-f]{17}$/],
    ['AWS::EC2::SecurityGroup', { GroupName: 'web' }, /^web$/],
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', {}, /:loadbalancer\/app\/shop-Thing-\w{12}\/[0-9a-f]{16}$/],
    [
      'AWS::ElasticLoadBalancingV2::Listener',
      { LoadBalancerArn: 'x:loadbalancer/app/a/b' },
      /^x:listener\/app\/a\/b\/[0-9a-f]{16}$/,
    ],
    ['AWS::S3::Bucket', {}, /^shop-thing-[a-z0-9]{12}$/],
    ['AWS::RDS::DBInstance', { DBInstanceIdentifier: 'Main' }, /^main$/],
    [
      'AWS::SecretsManager::Secret',
      { Name: 'db' },
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:db-[a-z0-9]{6}$/,
    ],
    ['AWS::CloudFront::Distribution', {}, /^E[0-9A-Z]{13}$/],
    ['AWS::SQS::Queue', { QueueName: 'q' }, /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/123456789012\/q$/],
    ['AWS::Route53::RecordSet', { Name: 'a.example.com.' }, /^a\.example\.com$/],
    ['AWS::IAM::Role', { RoleName: 'r' }, /^r$/],
    ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'p' }, /^arn:aws:iam::123456789012:policy\/p$/],
    ['AWS::ECS::Cluster', { ClusterName: 'c' }, /^c$/],
    ['AWS::ECS::TaskDefinition', { Family: 'f' }, /^arn:aws:ecs:us-east-1:123456789012:task-definition\/f:1$/],
    ['AWS::ECS::Service', { Cluster: 'c', ServiceName: 's' }, /:service\/c\/s$/],
    ['AWS::ECR::Repository', { RepositoryName: 'a/b' }, /^a\/b$/],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'high' }, /^high$/],
    [
      'AWS::ApplicationAutoScaling::ScalableTarget',
      { ResourceId: 'service/c/s', ScalableDimension: 'ecs:service:DesiredCount', ServiceNamespace: 'ecs' },
      /^service\/c\/s\|ecs:service:DesiredCount\|ecs$/,
    ],
    [
      'AWS::ApplicationAutoScaling::ScalingPolicy',
      { PolicyName: 'cpu', ScalingTargetId: 'service/c/s|ecs:service:DesiredCount|ecs' },
      /^arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/c\/s:policyName\/cpu$/,
    ],
    ['Custom::LogRetention', { LogGroupName: '/a' }, /^\/a$/],
  ])('for %s with %j something like %s', (type, properties, form) => expect(ref(type, properties)).toMatch(form))
})

describe('Fn::GetAtt gives', () => {
  it.each([
    [
      'AWS::RDS::DBInstance',
      'Endpoint.Address',
      { DBInstanceIdentifier: 'main' },
      /^main\.[a-z0-9]{12}\.us-east-1\.rds\.amazonaws\.com$/,
    ],
    ['AWS::RDS::DBInstance', 'Endpoint.Port', { Engine: 'mysql' }, /^3306$/],
    ['AWS::RDS::DBInstance', 'Endpoint.Port', { Engine: 'postgres' }, /^5432$/],
    ['AWS::RDS::DBCluster', 'Endpoint.Port', { Engine: 'aurora-postgresql' }, /^5432$/],
    [
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'DNSName',
      { Name: 'Web', Scheme: 'internal' },
      /^internal-web-\d{9}\.us-east-1\.elb\.amazonaws\.com$/,
    ],
    ['AWS::S3::Bucket', 'RegionalDomainName', { BucketName: 'b' }, /^b\.s3\.us-east-1\.amazonaws\.com$/],
    ['AWS::Logs::LogGroup', 'Arn', { LogGroupName: '/a' }, /^arn:aws:logs:us-east-1:123456789012:log-group:\/a:\*$/],
  ])('for %s %s with %j something like %s', (type, name, properties, form) =>
    expect(attribute(type, name, properties)).toMatch(form),
  )
})

describe('made-up ids', () => {
  it('are the same at every load and differ between stacks and resources', () => {
    expect(ref('AWS::EC2::VPC')).toBe(ref('AWS::EC2::VPC'))
    expect(ref('AWS::EC2::VPC')).not.toBe(ref('AWS::EC2::VPC', {}, 'other'))
    expect(IDENTITIES['AWS::EC2::VPC']?.ref(subject('AWS::EC2::VPC', {}, 'shop', 'Other'))).not.toBe(
      ref('AWS::EC2::VPC'),
    )
  })

  it('keep to the lengths that services allow, however long the names', () => {
    const long = 'A'.repeat(120)
    for (const [type, most] of [
      ['AWS::S3::Bucket', 63],
      ['AWS::RDS::DBInstance', 63],
      ['AWS::IAM::Role', 64],
    ] as const) {
      const name = IDENTITIES[type]?.ref(subject(type, {}, long, long)) ?? ''
      expect(name.length, type).toBeLessThanOrEqual(most)
    }
  })

  it('exist for every type of the table, whatever its properties lack', () => {
    for (const [type, identity] of Object.entries(IDENTITIES)) {
      expect(typeof identity.ref(subject(type)), type).toBe('string')
      for (const give of Object.values(identity.attributes ?? {})) expect(() => give(subject(type)), type).not.toThrow()
    }
  })
})
