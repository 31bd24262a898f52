import { only, openPaths, type Properties, propertiesOf } from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { dev } from '../environments/dev.ts'
import { prod } from '../environments/prod.ts'
import { SITE, synthesize } from './support.ts'

const TABLE = { 'Fn::GetAtt': [expect.stringContaining('ItemsTable'), 'Arn'] }
const INDEX = { 'Fn::Join': ['', [TABLE, '/index/byCreation']] }

interface Statement {
  readonly Sid?: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}

const statementsOf = (policy: Properties | undefined): readonly Statement[] =>
  (policy?.PolicyDocument as { readonly Statement: readonly Statement[] } | undefined)?.Statement ?? []

describe.each([dev, prod])('the items stack of $name', environment => {
  const { template } = synthesize({ environment: environment.name })
  const all = (type: string) => Object.values(propertiesOf(template, type))
  const named = (type: string, start: string) =>
    Object.entries(propertiesOf(template, type)).filter(([id]) => id.startsWith(start))
  const policyOf = (start: string) => statementsOf(named('AWS::IAM::Policy', start)[0]?.[1])

  it('I-03: has three zones with a public subnet and one for each tier; flow logs of all traffic', () => {
    const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })
    const subnets = all('AWS::EC2::Subnet')
    expect(subnets).toHaveLength(9)
    for (const index of [0, 1, 2]) {
      const inZone = subnets.filter(subnet => JSON.stringify(subnet.AvailabilityZone) === JSON.stringify(zone(index)))
      expect(inZone).toHaveLength(3)
    }
    expect(subnets.filter(subnet => subnet.MapPublicIpOnLaunch)).toEqual([])
    expect(only(template, 'AWS::EC2::FlowLog')).toMatchObject({
      TrafficType: 'ALL',
      LogDestinationType: 'cloud-watch-logs',
    })
  })

  it('I-03: has a NAT gateway in each zone, or one for all where that is enough', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', environment.network.nat === 'single' ? 1 : 3)
    const toInternet = all('AWS::EC2::Route').filter(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0')
    expect(toInternet.filter(route => route.GatewayId)).toHaveLength(3)
    expect(toInternet.filter(route => route.NatGatewayId)).toHaveLength(6)
  })

  it('I-03, I-09: DynamoDB and S3 are reached by gateway endpoints that know one table and one bucket', () => {
    const [[, dynamodb] = [], [, s3] = []] = [
      named('AWS::EC2::VPCEndpoint', 'ItemsWay')[0],
      named('AWS::EC2::VPCEndpoint', 'FrontendS3')[0],
    ]
    expect(dynamodb?.RouteTableIds).toHaveLength(3)
    expect(statementsOf(dynamodb)).toEqual([
      {
        Sid: 'OwnTables',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
        Resource: [TABLE, INDEX],
      },
    ])
    expect(s3?.RouteTableIds).toHaveLength(6)
    expect(new Set(statementsOf(s3).map(({ Action }) => Action))).toEqual(new Set(['s3:GetObject', 's3:ListBucket']))
  })

  it('I-06: both balancers end TLS 1.2 and 1.3, redirect what is not, and speak TLS to their targets', () => {
    const listeners = all('AWS::ElasticLoadBalancingV2::Listener')
    const secure = listeners.filter(({ Port }) => Port === 443)
    expect(secure).toHaveLength(2)
    for (const listener of secure) {
      expect(listener).toMatchObject({
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: { Ref: expect.stringContaining('NamesCertificate') } }],
      })
    }
    for (const { DefaultActions } of listeners.filter(({ Port }) => Port === 80)) {
      expect(DefaultActions).toMatchObject([{ Type: 'redirect' }])
    }
    const groups = all('AWS::ElasticLoadBalancingV2::TargetGroup')
    const common = { Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' }
    expect(groups).toEqual([
      expect.objectContaining({ ...common, Port: 8443, TargetType: 'ip', HealthCheckPath: '/health' }),
      expect.objectContaining({ ...common, Port: 443, TargetType: 'instance', HealthCheckPath: '/readyz' }),
    ])
  })

  it('I-07: app. and the domain lead to the public balancer, api. to the internal one, in the VPC alone', () => {
    const zones = Object.fromEntries(
      Object.entries(propertiesOf(template, 'AWS::Route53::HostedZone')).map(([id, zone]) => [id, zone]),
    )
    const records = all('AWS::Route53::RecordSet').map(({ Name, Type, HostedZoneId, AliasTarget }) => {
      const { Ref: zone } = HostedZoneId as { Ref: string }
      const target = JSON.stringify(AliasTarget).match(/(Api|Frontend)Balancer/)?.[1]
      return [JSON.stringify(Name).match(/"(app|api)\./)?.[1] ?? '', Type, target, zones[zone]?.VPCs !== undefined]
    })
    expect(records.sort()).toEqual([
      ['', 'A', 'Frontend', false],
      ['api', 'A', 'Api', true],
      ['app', 'A', 'Frontend', false],
    ])
    const schemes = Object.entries(propertiesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer'))
    expect(schemes.map(([id, { Scheme }]) => `${id.slice(0, 5)} ${Scheme}`).sort()).toEqual([
      'ApiBa internal',
      'Front internet-facing',
    ])
  })

  it('I-04: Fargate runs private tasks over three zones, scaled on processor and requests, and goes back', () => {
    const { api } = environment
    expect(only(template, 'AWS::ECS::Service')).toMatchObject({
      ServiceName: `cloud-native-demo-${environment.name}-api`,
      LaunchType: 'FARGATE',
      DesiredCount: api.scaling.desired,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: { length: 3 } } },
    })
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: api.scaling.min,
      MaxCapacity: api.scaling.max,
    })
    const tracked = all('AWS::ApplicationAutoScaling::ScalingPolicy').map(
      policy => policy.TargetTrackingScalingPolicyConfiguration,
    )
    expect(tracked).toMatchObject([
      { PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' } },
      {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
        TargetValue: api.scaling.requestsPerTask,
      },
    ])
  })

  it('I-05: NGINX runs in private subnets, follows its processor, and is replaced when the balancer says so', () => {
    const { min, max, desired, cpuPercent } = environment.frontend.scaling
    expect(only(template, 'AWS::AutoScaling::AutoScalingGroup')).toMatchObject({
      AutoScalingGroupName: `cloud-native-demo-${environment.name}-frontend`,
      MinSize: String(min),
      MaxSize: String(max),
      DesiredCapacity: String(desired),
      HealthCheckType: 'ELB',
      VPCZoneIdentifier: [1, 2, 3].map(number => ({ Ref: expect.stringContaining(`webSubnet${number}`) })),
      LifecycleHookSpecificationList: [
        { LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING', DefaultResult: 'ABANDON' },
      ],
    })
    expect(only(template, 'AWS::AutoScaling::ScalingPolicy')).toMatchObject({
      TargetTrackingConfiguration: { TargetValue: cpuPercent },
    })
  })

  it('I-11: what has changed in the launch template waits for an instance refresh', () => {
    const [group] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'))
    expect(group?.UpdatePolicy?.AutoScalingRollingUpdate).toBeUndefined()
  })

  it('I-18: cluster, service and instances have the names that people look for', () => {
    expect(only(template, 'AWS::ECS::Cluster').ClusterName).toBe(`cloud-native-demo-${environment.name}-cluster`)
    const { TagSpecifications } = only(template, 'AWS::EC2::LaunchTemplate').LaunchTemplateData as {
      readonly TagSpecifications: readonly { readonly ResourceType: string; readonly Tags: readonly unknown[] }[]
    }
    const tags = TagSpecifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags
    expect(tags).toContainEqual({ Key: 'Name', Value: `cloud-native-demo-${environment.name}-frontend` })
    expect(tags).toContainEqual({ Key: 'Environment', Value: environment.name })
  })

  it('I-09: opens exactly anywhere → balancer → NGINX → balancer → task', () => {
    expect(openPaths(template, ['FrontendBalancer', 'FrontendSecurityGroup', 'ApiBalancer', 'ApiService'])).toEqual(
      [
        'anywhere 0.0.0.0/0 → FrontendBalancer 80',
        'anywhere 0.0.0.0/0 → FrontendBalancer 443',
        'FrontendBalancer → FrontendSecurityGroup 443',
        'FrontendSecurityGroup → ApiBalancer 80',
        'FrontendSecurityGroup → ApiBalancer 443',
        'ApiBalancer → ApiService 8443',
      ].sort(),
    )
  })

  it('I-09: lets nothing out to everywhere but HTTPS', () => {
    const out = all('AWS::EC2::SecurityGroup').flatMap(
      ({ SecurityGroupEgress = [] }) => SecurityGroupEgress as Properties[],
    )
    const wide = out.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0')
    expect(wide.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual([
      [443, 443],
      [443, 443],
    ])
  })

  it('I-09: a task may use its table, its key and X-Ray; who starts it may pull and log', () => {
    const task = policyOf('ApiServiceTasksTaskRole')
    const byResource = task.map(({ Action, Resource }) => [[Action].flat(), Resource])
    expect(byResource).toEqual(
      expect.arrayContaining(
        [
          [['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], TABLE],
          [['dynamodb:Query'], INDEX],
          [
            ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
            { Ref: expect.stringContaining('ApiCursorKeySecret') },
          ],
          [
            ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
            '*',
          ],
        ].map(([actions, resource]) => [expect.toSatisfy(sameAs(actions)), resource]),
      ),
    )
    expect(task).toHaveLength(4)
    const actions = policyOf('ApiServiceTasksExecutionRole').flatMap(({ Action }) => Action)
    expect(actions.filter(action => !/^(ecr:|logs:)/.test(action))).toEqual([])
  })

  it('I-08: the API takes changes from pages of the system alone', () => {
    const { environment: variables } = appContainer(only(template, 'AWS::ECS::TaskDefinition'))
    expect(variables.ALLOWED_ORIGINS).toEqual({
      'Fn::Join': [
        '',
        [
          'https://app.',
          { Ref: 'DomainName' },
          { Ref: 'PublicPortSuffix' },
          ',https://',
          { Ref: 'DomainName' },
          { Ref: 'PublicPortSuffix' },
        ],
      ],
    })
  })

  it('I-15: a collector stands beside the API, and the part of traced requests is the environment’s', () => {
    const { containers, environment: variables } = appContainer(only(template, 'AWS::ECS::TaskDefinition'))
    expect(variables).toMatchObject({
      TLS: 'self-signed',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_TRACES_SAMPLER_ARG: String(environment.tracedPart),
    })
    expect(containers.find(({ Name }) => Name === 'collector')).toMatchObject({
      Essential: false,
      Image: expect.stringMatching(/^public\.ecr\.aws\/aws-observability\/aws-otel-collector:v[\d.]+$/),
    })
  })

  it('I-14: a firewall stands before the public balancer, and its log has no cookies', () => {
    expect(only(template, 'AWS::WAFv2::WebACL')).toMatchObject({
      Scope: 'REGIONAL',
      Rules: [
        { Statement: { RateBasedStatement: { Limit: environment.requestsPerAddress } }, Action: { Block: {} } },
        {
          Statement: {
            ManagedRuleGroupStatement: {
              Name: 'AWSManagedRulesCommonRuleSet',
              RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
            },
          },
        },
        { Statement: { ManagedRuleGroupStatement: { Name: 'AWSManagedRulesKnownBadInputsRuleSet' } } },
      ],
    })
    expect(only(template, 'AWS::WAFv2::WebACLAssociation').ResourceArn).toEqual({
      Ref: expect.stringContaining('FrontendBalancer'),
    })
    expect(only(template, 'AWS::WAFv2::LoggingConfiguration').RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
    ])
    expect(only(template, 'AWS::Logs::LogGroup', 'Firewall').LogGroupName).toBe(
      `aws-waf-logs-cloud-native-demo-${environment.name}`,
    )
  })

  it('I-16: the key of the cursors is rotated by a function that may change it and nothing else', () => {
    expect(only(template, 'AWS::SecretsManager::RotationSchedule')).toMatchObject({
      RotationRules: { ScheduleExpression: `rate(${environment.rotationDays} days)` },
      RotateImmediatelyOnUpdate: false,
    })
    const secret = policyOf('ApiCursorKeyRole').filter(({ Action }) =>
      JSON.stringify(Action).includes('secretsmanager'),
    )
    const wide = secret.filter(({ Resource }) => Resource === '*').map(({ Action }) => Action)
    expect(wide).toEqual(['secretsmanager:GetRandomPassword'])
  })

  it('I-17: the table is restorable, encrypted, and forgets what was deleted', () => {
    const [[, resource] = []] = Object.entries(template.findResources('AWS::DynamoDB::Table'))
    expect(resource?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCreation',
          KeySchema: [
            { AttributeName: 'list', KeyType: 'HASH' },
            { AttributeName: 'position', KeyType: 'RANGE' },
          ],
        },
      ],
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: environment.table.recoveryDays,
      },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      DeletionProtectionEnabled: environment.deletionProtection,
    })
    expect(resource?.DeletionPolicy).toBe(environment.table.whenDeleted === 'keep' ? 'Retain' : 'Delete')
  })

  it('I-12: each tier has alarms that people are told of, and a dashboard', () => {
    const alarms = Object.entries(propertiesOf(template, 'AWS::CloudWatch::Alarm'))
    const ofTier = (tier: string) =>
      alarms
        .filter(([id]) => id.startsWith(`Watching${tier}`))
        .map(([id]) => id.slice(`Watching${tier}`.length, -8))
        .sort()
    const balanced = ['Busy', 'Failing', 'ShortOfMemory', 'Slow', 'Unhealthy', 'Unreachable']
    expect(ofTier('Frontend')).toEqual([...balanced, 'Full'].sort())
    expect(ofTier('Api')).toEqual([...balanced, 'NotRotated'].sort())
    expect(ofTier('Table')).toEqual(['ListReadsRefused', 'ListWritesRefused', 'ReadsRefused', 'WritesRefused'])
    const people = { Ref: expect.stringContaining('WatchingPeopleTopic') }
    for (const [, { AlarmActions, OKActions }] of alarms)
      expect([AlarmActions, OKActions]).toEqual([[people], [people]])
    const dashboards = all('AWS::CloudWatch::Dashboard').map(({ DashboardName }) => DashboardName)
    expect(dashboards.sort()).toEqual(
      ['api', 'frontend', 'table'].map(tier => `cloud-native-demo-${environment.name}-${tier}`),
    )
  })

  it('I-10: keeps every log as long as the environment says, and refuses deletion where it says so', () => {
    for (const { RetentionInDays } of all('AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(environment.logDays)
    for (const { LoadBalancerAttributes } of all('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
      expect(LoadBalancerAttributes).toContainEqual({
        Key: 'deletion_protection.enabled',
        Value: String(environment.deletionProtection),
      })
    }
  })
})

describe('the template', () => {
  it('I-10: differs between environments in its settings, not in what it is made of', () => {
    const kinds = (environment: string) => {
      const { Resources } = synthesize({ environment }).template.toJSON() as {
        Resources: Record<string, { Type: string }>
      }
      const perZone = /^NetworkVpcpublicSubnet\d(EIP|NATGateway)/
      return Object.keys(Resources).filter(id => !perZone.test(id) && !/Content|AwsCliLayer/.test(id))
    }
    expect(kinds('prod').map(withoutHash)).toEqual(kinds('dev').map(withoutHash))
  })

  it('I-10: takes an image that a pipeline has pushed, and lets tasks pull that repository alone', () => {
    const uri = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/items-api:1.2.3'
    const { template } = synthesize({ image: uri, region: 'eu-central-1' })
    const { containers } = appContainer(only(template, 'AWS::ECS::TaskDefinition'))
    expect(containers.find(({ Name }) => Name === 'app')?.Image).toBe(uri)
    const pull = statementsOf(only(template, 'AWS::IAM::Policy', 'ApiServiceTasksExecutionRole')).find(({ Action }) =>
      JSON.stringify(Action).includes('BatchGetImage'),
    )
    expect(JSON.stringify(pull?.Resource)).toContain(':ecr:eu-central-1:123456789012:repository/items-api')
    expect(() => synthesize({ image: 'docker.io/items:1' })).toThrow('"docker.io/items:1" names no image in ECR')
  })

  it('I-11: another site is another launch template; the same one is the same', () => {
    const versionOf = (site: Readonly<Record<string, string>>) =>
      JSON.stringify(only(synthesize({}, undefined, site).template, 'AWS::EC2::LaunchTemplate'))
    expect(versionOf(SITE)).toBe(versionOf({ ...SITE }))
    expect(versionOf({ ...SITE, 'index.html': '<title>New</title>' })).not.toBe(versionOf(SITE))
  })
})

const sameAs = (expected: unknown) => (actual: unknown) =>
  JSON.stringify([actual].flat().sort()) === JSON.stringify([expected].flat().sort())

const withoutHash = (id: string): string => id.replace(/[0-9A-F]{8}$/, '')

interface Container {
  readonly Name: string
  readonly Image: unknown
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[]
}

function appContainer({ ContainerDefinitions }: Properties) {
  const containers = ContainerDefinitions as readonly Container[]
  const app = containers.find(({ Name }) => Name === 'app')
  const environment = Object.fromEntries((app?.Environment ?? []).map(({ Name, Value }) => [Name, Value]))
  return { containers, environment }
}
