import { only, type Properties, propertiesOf } from '@terrace/constructs/testing'
import { load } from '@terrace/loader'
import type { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { openPaths } from './paths.ts'
import { synthesize } from './support.ts'

const GROUPS = ['Main', 'RemovalBalancer', 'RemovalSecurityGroup', 'Bastion', 'Database', 'NetworkVpcssm']

const { template, assembly } = synthesize()
const original = synthesize({ policies: 'original', lateLaunch: 'CONTINUE' }).template
const rds = synthesize({ database: 'rds' }).template

const of = (type: string, from: Template = template) => Object.values(propertiesOf(from, type))

describe('the template', () => {
  it('is read by everybody without a gap', async () => {
    expect((await load({ kind: 'assembly', directory: assembly })).gaps).toEqual([])
  })

  it('Q-21: has the client and the project on all that can have tags, but for listeners', () => {
    const tagged = Object.entries<{ readonly Type: string; readonly Properties?: Properties }>(
      template.toJSON().Resources,
    ).filter(([, { Properties }]) => Properties && ('Tags' in Properties || 'HostedZoneTags' in Properties))
    const without = tagged.filter(([, { Properties }]) => !/"client".*"project"/.test(JSON.stringify(Properties)))
    expect(without.map(([id]) => id)).toEqual([])
    expect([...new Set(tagged.map(([, { Type }]) => Type))]).toEqual(
      expect.arrayContaining([
        'AWS::AutoScaling::AutoScalingGroup',
        'AWS::CloudFront::Distribution',
        'AWS::CloudWatch::Alarm',
        'AWS::EC2::Instance',
        'AWS::EC2::Volume',
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
        'AWS::IAM::Role',
        'AWS::Lambda::Function',
        'AWS::S3::Bucket',
        'AWS::SNS::Topic',
      ]),
    )
  })
})

describe('network', () => {
  it('Q-04: has 10.0.0.0/16 with names, two public subnets that give addresses, two private ones behind NAT', () => {
    expect(only(template, 'AWS::EC2::VPC')).toMatchObject({
      CidrBlock: '10.0.0.0/16',
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
    })
    expect(of('AWS::EC2::Subnet').map(subnet => subnet.MapPublicIpOnLaunch)).toEqual([true, true, false, false])
    expect(of('AWS::EC2::Route').map(route => ('GatewayId' in route ? 'internet' : 'NAT'))).toEqual([
      'internet',
      'internet',
      'NAT',
      'NAT',
    ])
  })

  it('Q-04: has an address of Parameter Store inside', () => {
    expect(only(template, 'AWS::EC2::VPCEndpoint')).toMatchObject({
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.ssm',
      PrivateDnsEnabled: true,
    })
  })

  it('Q-05, Q-14, Q-18: opens CloudFront → NGINX 443, site → balancer → instances 8000, operator → bastion 22, no more', () => {
    expect(openPaths(template, GROUPS)).toEqual([
      'Main → RemovalBalancer 8000',
      'NetworkVpc7FB7348F.CidrBlock → NetworkVpcssm 443',
      'OperatorAddress → Bastion 22',
      'RemovalBalancer → RemovalSecurityGroup 8000',
      'pl-3b927c52 → Main 443',
    ])
  })

  it('Q-01: with RDS opens its port to the site and the bastion', () => {
    const more = openPaths(rds, GROUPS).filter(path => path.includes('5432'))
    expect(more).toEqual(['Bastion → Database 5432', 'Main → Database 5432'])
  })
})

describe('removal tier', () => {
  it('Q-05: stands behind an internal balancer on 8000 that asks /healthcheck, whose name is an output', () => {
    expect(only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Scheme).toBe('internal')
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener')).toMatchObject({ Port: 8000, Protocol: 'HTTP' })
    expect(only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      Port: 8000,
      HealthCheckPath: '/healthcheck',
    })
    expect(template.findOutputs('BalancerName')).not.toEqual({})
  })

  it('Q-07: has its sizes from parameters, two private subnets, and the balancer’s judgement of health', () => {
    const group = only(template, 'AWS::AutoScaling::AutoScalingGroup')
    expect(group).toMatchObject({
      MinSize: { Ref: 'CutoutMin' },
      DesiredCapacity: { Ref: 'CutoutDesired' },
      MaxSize: { Ref: 'CutoutMax' },
      HealthCheckType: 'ELB',
    })
    expect(JSON.stringify(group.VPCZoneIdentifier).match(/Vpcapp/g)).toHaveLength(2)
  })

  it('Q-10: holds new instances back for 450 s, and abandons those that are late unless it is told otherwise', () => {
    const hookOf = (from: Template) =>
      only(from, 'AWS::AutoScaling::AutoScalingGroup').LifecycleHookSpecificationList as readonly Properties[]
    expect(hookOf(template)).toEqual([
      {
        LifecycleHookName: 'lifecycle-hook',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 450,
        DefaultResult: 'ABANDON',
      },
    ])
    expect(hookOf(original)[0]?.DefaultResult).toBe('CONTINUE')
  })

  it('Q-08: grows and shrinks at hours that are parameters', () => {
    const cron = (hour: string) => ({ 'Fn::Join': ['', ['0 ', { Ref: hour }, ' * * 1-5']] })
    expect(propertiesOf(template, 'AWS::AutoScaling::ScheduledAction')).toEqual({
      [expectId('developmentup')]: expect.objectContaining({
        Recurrence: cron('WorkBegins'),
        TimeZone: { Ref: 'WorkTimeZone' },
        MinSize: { Ref: 'CutoutMin' },
        DesiredCapacity: { Ref: 'CutoutDesired' },
      }),
      [expectId('developmentdown')]: expect.objectContaining({ Recurrence: cron('WorkEnds'), DesiredCapacity: 1 }),
    })
  })

  it('Q-09: follows 60 % CPU alone; the original set adds +2 and −1', () => {
    const policies = (from: Template) =>
      of('AWS::AutoScaling::ScalingPolicy', from).map(
        ({ PolicyType, ScalingAdjustment }) => ScalingAdjustment ?? PolicyType,
      )
    expect(policies(template)).toEqual(['TargetTrackingScaling'])
    expect(policies(original)).toEqual(['TargetTrackingScaling', 2, -1])
    expect(only(template, 'AWS::AutoScaling::ScalingPolicy').TargetTrackingConfiguration).toMatchObject({
      TargetValue: 60,
    })
  })
})

describe('alarms', () => {
  const alarm = (name: string, from: Template = template) =>
    of('AWS::CloudWatch::Alarm', from).find(each => each.AlarmName === `quiz-${name}`)

  it('Q-11: cpu_high looks three times at 30 s of the agent’s metric, and tells the guard', () => {
    expect(alarm('cpu_high')).toMatchObject({
      Namespace: 'Quiz/Cutout',
      MetricName: 'cpu_usage_active',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'quiz-cutout' }],
      Threshold: 60,
      ComparisonOperator: 'GreaterThanThreshold',
      Period: 30,
      EvaluationPeriods: 3,
      AlarmActions: [{ Ref: expect.stringContaining('alarmupdateinstance') }],
    })
    expect(alarm('cpu_low')).toBeUndefined()
  })

  it('Q-11: in the original set cpu_high and cpu_low move the group, too', () => {
    expect(alarm('cpu_high', original)?.AlarmActions).toEqual([
      { Ref: expect.stringContaining('alarmupdateinstance') },
      { Ref: expect.stringContaining('scalingpolicyup') },
    ])
    expect(alarm('cpu_low', original)).toMatchObject({
      Threshold: 55,
      ComparisonOperator: 'LessThanThreshold',
      Period: 60,
      EvaluationPeriods: 2,
      AlarmActions: [{ Ref: expect.stringContaining('scalingpolicydown') }],
    })
  })

  it.each([
    ['high_response_time', { MetricName: 'TargetResponseTime', Threshold: 5, Period: 180, EvaluationPeriods: 3 }],
    ['status_check_failed', { MetricName: 'StatusCheckFailed', Threshold: 0, Period: 60, EvaluationPeriods: 3 }],
    ['unhealthy_hosts', { Threshold: 50, EvaluationPeriods: 2 }],
  ])('Q-11: %s tells people', (name, expected) => {
    expect(alarm(name)).toMatchObject({ ...expected, AlarmActions: [{ Ref: expect.stringContaining('alarmtopic') }] })
  })

  it('Q-11: unhealthy_hosts is half of the group, however large it is', () => {
    expect(JSON.stringify(alarm('unhealthy_hosts')?.Metrics)).toContain('100 * unhealthy / (healthy + unhealthy)')
  })

  it('Q-12: people have a mail, the guard is a function', () => {
    expect(of('AWS::SNS::Subscription').map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
      ['email', { Ref: 'AlarmEmail' }],
      ['lambda', { 'Fn::GetAtt': [expect.stringContaining('GuardFunction'), 'Arn'] }],
    ])
  })
})

describe('guard', () => {
  it('Q-13: runs one at a time on Node 24, and its failures are kept', () => {
    expect(only(template, 'AWS::Lambda::Function', 'GuardFunction')).toMatchObject({
      Runtime: 'nodejs24.x',
      ReservedConcurrentExecutions: 1,
      DeadLetterConfig: { TargetArn: expect.anything() },
    })
  })

  it('Q-13, Q-15: may write one parameter, look at groups and targets, and nothing else', () => {
    expect(actionsOf(only(template, 'AWS::IAM::Policy', 'GuardRole'))).toEqual([
      'autoscaling:DescribeAutoScalingGroups',
      'elasticloadbalancing:DescribeTargetHealth',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'ssm:GetParameter',
      'ssm:PutParameter',
    ])
  })

  it('Q-13: is called when the group launches, and once a minute', () => {
    expect(of('AWS::Events::Rule')).toEqual([
      expect.objectContaining({
        EventPattern: expect.objectContaining({
          source: ['aws.autoscaling'],
          detail: { AutoScalingGroupName: ['quiz-cutout'] },
        }),
      }),
      expect.objectContaining({ ScheduleExpression: 'rate(1 minute)' }),
    ])
  })
})

describe('main instance', () => {
  const main = only(template, 'AWS::EC2::Instance', 'Main')

  it('Q-14: is a t4g.small in the second public subnet, with an Elastic IP and a name', () => {
    expect(main).toMatchObject({
      InstanceType: 't4g.small',
      SubnetId: { Ref: expect.stringContaining('publicSubnet2') },
      MetadataOptions: { HttpTokens: 'required' },
    })
    expect(main).not.toHaveProperty('KeyName')
    expect(JSON.stringify(main.ImageId)).toContain('arm64')
    expect(only(template, 'AWS::EC2::EIPAssociation').InstanceId).toEqual({ Ref: expect.stringMatching(/^MainHost/) })
  })

  it('Q-01, Q-19: keeps its database on a volume that stays as a snapshot; with RDS there is none', () => {
    const [volume] = Object.values(template.findResources('AWS::EC2::Volume'))
    expect(volume).toMatchObject({ DeletionPolicy: 'Snapshot', Properties: { Encrypted: true, VolumeType: 'gp3' } })
    rds.resourceCountIs('AWS::EC2::Volume', 0)
    expect(only(rds, 'AWS::RDS::DBInstance')).toMatchObject({
      Engine: 'postgres',
      MultiAZ: true,
      StorageEncrypted: true,
    })
  })

  it('Q-15: may do what the site and the set-up do, and nothing with Rekognition', () => {
    expect(actionsOf(only(template, 'AWS::IAM::Policy', 'MainInstance'))).toEqual([
      'cloudwatch:PutMetricData',
      'ec2:DescribeTags',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'route53:ChangeResourceRecordSets',
      'route53:GetChange',
      'route53:ListHostedZones',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'ssm:GetParameter',
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ])
  })
})

describe('bucket and CDN', () => {
  it('Q-17: is private, stays when the stack goes, and lets nobody read keys/ but the main instance’s role, which changes nothing there', () => {
    const [id, bucket] = Object.entries(template.findResources('AWS::S3::Bucket')).find(([each]) =>
      each.startsWith('Storage'),
    ) ?? ['', undefined]
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true } },
    })
    const { PolicyDocument } = only(template, 'AWS::S3::BucketPolicy', 'Storage')
    const statements = (PolicyDocument as { readonly Statement: readonly Properties[] }).Statement
    expect(statements.find(({ Sid }) => Sid === 'KeysForSetUpAlone')).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/keys/*']] },
      Condition: {
        ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/^MainInstanceRole/), 'Arn'] } },
      },
    })
    const { PolicyDocument: ofRole } = only(template, 'AWS::IAM::Policy', 'MainInstanceRole')
    const granted = (ofRole as { readonly Statement: readonly Properties[] }).Statement
    expect(granted.find(({ Sid }) => Sid === 'Keys')).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' })
  })

  it('Q-16: asks the application by HTTPS with all that was sent, and keeps the files of the bucket', () => {
    const { DistributionConfig: config } = only(template, 'AWS::CloudFront::Distribution')
    expect(config).toMatchObject({
      DefaultRootObject: 'main.html',
      IPV6Enabled: true,
      DefaultCacheBehavior: {
        AllowedMethods: expect.arrayContaining(['POST', 'PUT', 'DELETE']),
        // Managed policies: nothing kept; everything of the viewer but its Host.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      },
      CacheBehaviors: [
        { PathPattern: '/static/*', AllowedMethods: ['GET', 'HEAD'] },
        { PathPattern: '/media/*', AllowedMethods: ['GET', 'HEAD'] },
      ],
      Origins: [
        {
          DomainName: { 'Fn::Join': ['', ['origin.', { Ref: 'DomainName' }]] },
          CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
        },
        { OriginAccessControlId: expect.anything() },
      ],
    })
    expect(template.findOutputs('DistributionId')).not.toEqual({})
  })

  it('Q-20: publishes what pages load to static/ and has the CDN forget it, before the instance starts', () => {
    expect(only(template, 'Custom::CDKBucketDeployment')).toMatchObject({
      DestinationBucketName: { Ref: expect.stringContaining('StorageFiles') },
      DistributionId: { Ref: expect.stringContaining('CdnDistribution') },
    })
    const [instance] = Object.entries(template.findResources('AWS::EC2::Instance')).filter(([id]) => /^Main/.test(id))
    expect(JSON.stringify(instance?.[1].DependsOn)).toContain('StorageFilesContent')
  })

  it('Q-16: has records of both address families for the domain, and one for the origin', () => {
    expect(of('AWS::Route53::RecordSet').map(({ Type }) => Type)).toEqual(expect.arrayContaining(['A', 'A', 'AAAA']))
  })
})

describe('bastion', () => {
  it('Q-18: is a t2.nano in the first public subnet, which terminates itself', () => {
    expect(only(template, 'AWS::EC2::Instance', 'Bastion')).toMatchObject({
      InstanceType: 't2.nano',
      SubnetId: { Ref: expect.stringContaining('publicSubnet1') },
      InstanceInitiatedShutdownBehavior: 'terminate',
    })
  })

  it('Q-18: takes SSH from one address, never from a range', () => {
    const { AllowedPattern, Default } = template.findParameters('OperatorAddress').OperatorAddress ?? {}
    const allowed = new RegExp(String(AllowedPattern))
    expect(allowed.test(String(Default))).toBe(true)
    expect(['0.0.0.0/0', '203.0.113.0/24', '203.0.113.10'].filter(text => allowed.test(text))).toEqual([])
  })
})

/** The one logical id of a scheduled action that has this in it. */
const expectId = (part: string): string => {
  const ids = Object.keys(template.findResources('AWS::AutoScaling::ScheduledAction')).filter(id => id.includes(part))
  const [id] = ids
  if (!id || ids.length > 1) throw new Error(`${ids.length} scheduled actions with ${part}`)
  return id
}

function actionsOf({ PolicyDocument }: Properties): string[] {
  const { Statement } = PolicyDocument as { readonly Statement: readonly { readonly Action: string | string[] }[] }
  return [...new Set(Statement.flatMap(({ Action }) => Action))].sort()
}
