import { only, openPaths, propertiesOf } from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

const GROUPS = ['Front', 'Balancer', 'App', 'Bastion', 'Database']

describe('the notes stack', () => {
  const { template } = synthesize()

  it('N-04: has two public and three private subnets; the public ones give public addresses', () => {
    const subnets = Object.values(propertiesOf(template, 'AWS::EC2::Subnet'))
    const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })
    const of = (isPublic: boolean) =>
      subnets.filter(subnet => subnet.MapPublicIpOnLaunch === isPublic).map(subnet => subnet.AvailabilityZone)
    expect(of(true)).toEqual([zone(0), zone(1)])
    expect(of(false)).toEqual([zone(0), zone(1), zone(2)])
  })

  it('N-04: the public route tables lead to the internet gateway, the private ones to a NAT gateway', () => {
    template.resourceCountIs('AWS::EC2::InternetGateway', 1)
    template.resourceCountIs('AWS::EC2::NatGateway', 2)
    const routes = Object.entries(propertiesOf(template, 'AWS::EC2::Route')).map(([id, route]) => ({
      kind: id.includes('public') ? 'public' : 'private',
      to: route.DestinationCidrBlock,
      by: Object.keys(route).find(key => key === 'GatewayId' || key === 'NatGatewayId'),
    }))
    const internet = { kind: 'public', to: '0.0.0.0/0', by: 'GatewayId' }
    const nat = { kind: 'private', to: '0.0.0.0/0', by: 'NatGatewayId' }
    expect(routes.sort((a, b) => b.kind.localeCompare(a.kind))).toEqual([internet, internet, nat, nat, nat])
  })

  it('N-05: has an NGINX with an Elastic IP in each public subnet, both under the domain while they are well', () => {
    const addresses = Object.entries(propertiesOf(template, 'AWS::EC2::EIP')).filter(([id]) => id.startsWith('Front'))
    expect(addresses.map(([, { InstanceId }]) => JSON.stringify(InstanceId))).toEqual([
      expect.stringContaining('FrontNginx1'),
      expect.stringContaining('FrontNginx2'),
    ])
    const records = Object.values(propertiesOf(template, 'AWS::Route53::RecordSet'))
    expect(records).toEqual(
      addresses.map(([id], index) => ({
        HostedZoneId: expect.anything(),
        Name: { Ref: 'DomainName' },
        Type: 'A',
        TTL: '10',
        ResourceRecords: [{ Ref: id }],
        MultiValueAnswer: true,
        SetIdentifier: String(index + 1),
        HealthCheckId: expect.anything(),
      })),
    )
    for (const { HealthCheckConfig } of Object.values(propertiesOf(template, 'AWS::Route53::HealthCheck'))) {
      expect(HealthCheckConfig).toMatchObject({ Type: 'HTTP', Port: 80, ResourcePath: '/readyz', FailureThreshold: 1 })
    }
  })

  it('N-06: the balancer is internal, redirects 80 and forwards 443 with the certificate of ACM to port 5000', () => {
    expect(only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toMatchObject({ Scheme: 'internal' })
    const listeners = Object.values(propertiesOf(template, 'AWS::ElasticLoadBalancingV2::Listener'))
    expect(listeners).toEqual([
      expect.objectContaining({ Port: 80, DefaultActions: [expect.objectContaining({ Type: 'redirect' })] }),
      expect.objectContaining({
        Port: 443,
        Certificates: [{ CertificateArn: { Ref: expect.stringContaining('NamesCertificate') } }],
        DefaultActions: [expect.objectContaining({ Type: 'forward' })],
      }),
    ])
    expect(only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      Port: 5000,
      TargetType: 'ip',
      HealthCheckPath: '/readyz',
    })
  })

  it('N-07: Fargate runs two to four tasks with private addresses, and goes back when a new version fails', () => {
    expect(only(template, 'AWS::ECS::Service')).toMatchObject({
      LaunchType: 'FARGATE',
      DesiredCount: 2,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: [expect.anything(), expect.anything(), expect.anything()],
        },
      },
    })
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 4,
    })
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 1)
  })

  it('N-07, N-03: the image is from ECR, the logs go to CloudWatch, the secrets come from Secrets Manager', () => {
    const { ContainerDefinitions } = only(template, 'AWS::ECS::TaskDefinition')
    const [container] = ContainerDefinitions as readonly Record<string, unknown>[]
    expect(container).toMatchObject({
      Image: { 'Fn::Sub': expect.stringMatching(/\.dkr\.ecr\..*:[0-9a-f]{64}$/) },
      PortMappings: [{ ContainerPort: 5000, Protocol: 'tcp' }],
      LogConfiguration: { LogDriver: 'awslogs' },
      Secrets: [
        { Name: 'DATABASE_SECRET', ValueFrom: { Ref: expect.stringContaining('DatabaseInstanceSecret') } },
        { Name: 'SESSION_SECRET', ValueFrom: { Ref: expect.stringContaining('SessionSecret') } },
      ],
    })
    expect(JSON.stringify(template.toJSON())).not.toMatch(/do-or-do-not|admin123/)
  })

  it('N-08: the database is MySQL, Multi-AZ, private, in the three private subnets, with a database "notes"', () => {
    expect(only(template, 'AWS::RDS::DBInstance')).toMatchObject({
      Engine: 'mysql',
      MultiAZ: true,
      PubliclyAccessible: false,
      StorageEncrypted: true,
      DBName: 'notes',
    })
    expect(only(template, 'AWS::RDS::DBSubnetGroup').SubnetIds).toHaveLength(3)
  })

  it('N-09: the operator’s address is one address, never a range', () => {
    const { AllowedPattern, Default } = template.findParameters('OperatorAddress').OperatorAddress ?? {}
    const allowed = new RegExp(String(AllowedPattern))
    expect(allowed.test(String(Default))).toBe(true)
    expect(['0.0.0.0/0', '203.0.113.0/24', '203.0.113.10'].filter(text => allowed.test(text))).toEqual([])
  })

  it('N-10: opens exactly anywhere → NGINX → balancer → 5000 → 3306, and operator → bastion → 3306', () => {
    expect(openPaths(template, GROUPS)).toEqual(
      [
        'anywhere 0.0.0.0/0 → Front 80',
        'anywhere 0.0.0.0/0 → Front 443',
        'Front → Balancer 80',
        'Front → Balancer 443',
        'Balancer → App 5000',
        'App → Database 3306',
        'Ref OperatorAddress → Bastion 22',
        'Bastion → Database 3306',
      ].sort(),
    )
  })

  it('lets Let’s Encrypt’s proof change one record of the zone and nothing else', () => {
    const statements = Object.values(propertiesOf(template, 'AWS::IAM::Policy')).flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: readonly Record<string, unknown>[] }).Statement,
    )
    const changing = statements.filter(({ Action }) => JSON.stringify(Action).includes('ChangeResourceRecordSets'))
    expect(changing).toEqual([
      expect.objectContaining({
        Resource: expect.objectContaining({ 'Fn::Join': expect.anything() }),
        Condition: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': [
              { 'Fn::Join': ['', ['_acme-challenge.', { Ref: 'DomainName' }]] },
            ],
            'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'],
          },
        },
      }),
    ])
  })

  it('refuses to be deleted when it is told so', () => {
    const { template: guarded } = synthesize({ deletionProtection: true })
    expect(only(guarded, 'AWS::RDS::DBInstance')).toMatchObject({ DeletionProtection: true })
  })
})
