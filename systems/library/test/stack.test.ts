import { only, propertiesOf } from '@terrace/constructs/testing'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { openPaths, waysOut } from './paths.ts'
import { synthesize } from './support.ts'

const GROUPS = ['ApiBalancer', 'App', 'Database']

describe('the library stack, entered by the CDN', () => {
  const { template, text } = synthesize({ entry: 'cdn' })

  it('L-07: has public, web, app and data subnets in each of two zones', () => {
    const subnets = Object.values(propertiesOf(template, 'AWS::EC2::Subnet')).map(subnet => ({
      tier: tagOf(subnet.Tags, 'aws-cdk:subnet-name'),
      zone: subnet.AvailabilityZone,
    }))
    const zones = [0, 1].map(index => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] }))
    const expected = ['public', 'web', 'app', 'data'].flatMap(tier => zones.map(zone => ({ tier, zone })))
    expect(subnets).toEqual(expected)
  })

  it('L-07: gives every zone a NAT gateway with an Elastic IP, and the data subnets no way out', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 2)
    template.resourceCountIs('AWS::EC2::EIP', 2)
    template.resourceCountIs('AWS::EC2::InternetGateway', 1)
    const routed = Object.values(propertiesOf(template, 'AWS::EC2::Route')).map(route => JSON.stringify(route))
    expect(routed).toHaveLength(6)
    expect(routed.filter(route => route.includes('Vpcdata'))).toEqual([])
  })

  it('L-07: sends each zone out through its own NAT gateway', () => {
    const routes = propertiesOf(template, 'AWS::EC2::Route')
    for (const tier of ['web', 'app']) {
      for (const zone of [1, 2]) {
        const [, route] = Object.entries(routes).find(([id]) => id.startsWith(`NetworkVpc${tier}Subnet${zone}`)) ?? []
        expect(JSON.stringify(route?.NatGatewayId)).toContain(`publicSubnet${zone}NATGateway`)
      }
    }
  })

  it('L-08: opens exactly anywhere → balancer 80/443 → app 8000 → database 3306', () => {
    expect(openPaths(template, GROUPS)).toEqual([
      'ApiBalancer → App 8000',
      'App → Database 3306',
      'anywhere 0.0.0.0/0 → ApiBalancer 443',
      'anywhere 0.0.0.0/0 → ApiBalancer 80',
    ])
  })

  it('L-08: lets the balancer out to the app only, the app to HTTPS and the database, the database nowhere', () => {
    expect(waysOut(template, GROUPS)).toEqual([
      'ApiBalancer → App 8000',
      'App → 0.0.0.0/0 443',
      'App → Database 3306',
      // What CDK writes for "nothing": CloudFormation would read an empty list as "everything".
      'Database → 255.255.255.255/32 icmp 252-86',
    ])
  })

  it('L-09: has a private, encrypted Multi-AZ MySQL on the two data subnets', () => {
    expect(only(template, 'AWS::RDS::DBInstance')).toMatchObject({
      Engine: 'mysql',
      EngineVersion: expect.stringMatching(/^8\.4\.\d+$/),
      MultiAZ: true,
      DBInstanceClass: 'db.t3.micro',
      StorageType: 'gp2',
      AllocatedStorage: '20',
      StorageEncrypted: true,
      PubliclyAccessible: false,
      DBName: 'mydb',
    })
    expect(only(template, 'AWS::RDS::DBSubnetGroup').SubnetIds).toEqual([
      { Ref: expect.stringMatching(/^NetworkVpcdataSubnet1/) },
      { Ref: expect.stringMatching(/^NetworkVpcdataSubnet2/) },
    ])
  })

  it('L-09: generates the master password into a secret; the template holds only a reference to it', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { GenerateStringKey: 'password', SecretStringTemplate: '{"username":"admin"}' },
    })
    const password = JSON.stringify(only(template, 'AWS::RDS::DBInstance').MasterUserPassword)
    expect(password).toMatch(/\{\{resolve:secretsmanager:.*:SecretString:password::\}\}/)
    expect(text).not.toMatch(/"(password|Password)":\s*"/)
  })

  it('L-10: asks for one certificate for the apex and its wildcard, validated by one DNS record', () => {
    expect(only(template, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: { Ref: 'DomainName' },
      SubjectAlternativeNames: [{ 'Fn::Join': ['', ['*.', { Ref: 'DomainName' }]] }],
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: { Ref: 'DomainName' }, HostedZoneId: { Ref: expect.any(String) } }],
    })
  })

  it('L-11: has a balancer in the two public subnets that redirects port 80 and forwards port 443', () => {
    expect(only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toMatchObject({
      Scheme: 'internet-facing',
      Subnets: [
        { Ref: expect.stringMatching(/^NetworkVpcpublicSubnet1/) },
        { Ref: expect.stringMatching(/^NetworkVpcpublicSubnet2/) },
      ],
    })
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener', 'ApiBalancerHttpC')).toMatchObject({
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    })
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener', 'ApiBalancerHttps')).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      DefaultActions: [{ Type: 'forward' }],
    })
  })

  it('L-11 and L-05: asks the instances on port 8000 whether they are ready, not for a list of users', () => {
    expect(only(template, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
      Protocol: 'HTTP',
      Port: 8000,
      TargetType: 'instance',
      HealthCheckPath: '/readyz',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    })
  })

  it('L-12: launches Amazon Linux 2023 on t2.micro with IMDSv2, an encrypted disk and no key', () => {
    const { LaunchTemplateData: data } = only(template, 'AWS::EC2::LaunchTemplate')
    expect(data).toMatchObject({
      InstanceType: 't2.micro',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    })
    expect(data).not.toHaveProperty('KeyName')
    template.hasParameter('*', { Default: Match.stringLikeRegexp('ami-amazon-linux-latest/al2023-ami-.*x86_64') })
  })

  it("L-12: the instance's role may read the database's secret, pull the image and write its log, no more", () => {
    const policy = only(template, 'AWS::IAM::Policy', 'AppInstance')
    expect(statementsOf(policy)).toEqual([
      'SessionManager channels on *',
      'logs:CreateLogStream,logs:PutLogEvents on AppLog',
      'ecr:BatchCheckLayerAvailability,ecr:BatchGetImage,ecr:GetDownloadUrlForLayer on repository',
      'ecr:GetAuthorizationToken on *',
      'secretsmanager:DescribeSecret,secretsmanager:GetSecretValue on DatabaseInstanceSecret',
      'cloudformation:SignalResource on AWS::StackId',
    ])
    expect(only(template, 'AWS::IAM::Role', 'AppInstance')).not.toHaveProperty('ManagedPolicyArns')
  })

  it('L-13: keeps 2 of at most 3 instances in the app subnets, replaces unhealthy ones and follows 50 % CPU', () => {
    expect(only(template, 'AWS::AutoScaling::AutoScalingGroup')).toMatchObject({
      MinSize: '2',
      DesiredCapacity: '2',
      MaxSize: '3',
      HealthCheckType: 'ELB',
      MetricsCollection: [{ Granularity: '1Minute' }],
      VPCZoneIdentifier: [
        { Ref: expect.stringMatching(/^NetworkVpcappSubnet1/) },
        { Ref: expect.stringMatching(/^NetworkVpcappSubnet2/) },
      ],
    })
    expect(only(template, 'AWS::AutoScaling::ScalingPolicy').TargetTrackingConfiguration).toEqual({
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: 50,
    })
  })

  it('L-14: points the apex at the distribution and app. at the balancer', () => {
    const apex = only(template, 'AWS::Route53::RecordSet', 'NamesApex')
    expect(apex).toMatchObject({ Type: 'A', Name: { 'Fn::Join': ['', [{ Ref: 'DomainName' }, '.']] } })
    expect(JSON.stringify(apex.AliasTarget)).toContain('SiteCdnDistribution')
    const app = only(template, 'AWS::Route53::RecordSet', 'Namesapp')
    expect(app).toMatchObject({ Type: 'A', Name: { 'Fn::Join': ['', ['app.', { Ref: 'DomainName' }, '.']] } })
    expect(JSON.stringify(app.AliasTarget)).toContain('ApiBalancer')
  })

  it('L-15: keeps the site in a bucket without public access and without website hosting', () => {
    const bucket = only(template, 'AWS::S3::Bucket', 'SiteFiles')
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    })
    expect(bucket).not.toHaveProperty('WebsiteConfiguration')
  })

  it('L-16: serves the bucket to its own distribution only, over HTTPS, as apex and without a firewall', () => {
    const { DistributionConfig: config } = only(template, 'AWS::CloudFront::Distribution')
    expect(config).toMatchObject({
      Aliases: [{ Ref: 'DomainName' }],
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
      CacheBehaviors: [{ PathPattern: '/assets/*', ViewerProtocolPolicy: 'redirect-to-https' }],
      Origins: [{ OriginAccessControlId: expect.anything(), S3OriginConfig: { OriginAccessIdentity: '' } }],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
    })
    expect(config).not.toHaveProperty('WebACLId')
    expect(readersOf(only(template, 'AWS::S3::BucketPolicy', 'SiteFiles'))).toEqual([
      { Service: 'cloudfront.amazonaws.com' },
    ])
  })

  it('L-16: puts a web ACL before the distribution when it is asked for', () => {
    const guarded = synthesize({ entry: 'cdn', firewall: 'managed' }).template
    guarded.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' })
    expect(only(guarded, 'AWS::CloudFront::Distribution').DistributionConfig).toHaveProperty('WebACLId')
  })

  it('L-17: publishes the site with the address of the API, which the page may call and nothing else', () => {
    const deployment = only(template, 'Custom::CDKBucketDeployment')
    expect(deployment).toMatchObject({ Prune: false, DistributionPaths: ['/*'] })
    for (const { ResponseHeadersPolicyConfig } of Object.values(
      propertiesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy'),
    )) {
      expect(JSON.stringify(ResponseHeadersPolicyConfig)).toContain(
        `connect-src 'self' app.",{"Ref":"DomainName"},{"Ref":"PublicPortSuffix"},"; `,
      )
    }
  })

  it('L-20: keeps nothing that would stop a deletion, and a last snapshot of the data', () => {
    expect(only(template, 'AWS::RDS::DBInstance').DeletionProtection).toBe(false)
    template.hasResource('AWS::RDS::DBInstance', { DeletionPolicy: 'Snapshot' })
    template.resourceCountIs('AWS::S3::Bucket', 2)
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 2)
    expect(text).not.toContain('"DeletionPolicy": "Retain"')
  })

  it('L-20: refuses to be deleted when protection is asked for', () => {
    const kept = synthesize({ entry: 'cdn', deletionProtection: true }).template
    expect(only(kept, 'AWS::RDS::DBInstance').DeletionProtection).toBe(true)
    expect(only(kept, 'AWS::ElasticLoadBalancingV2::LoadBalancer').LoadBalancerAttributes).toContainEqual({
      Key: 'deletion_protection.enabled',
      Value: 'true',
    })
  })

  it('L-21: launches instances only when their way out, their permissions and the database are there', () => {
    const group = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'))[0]
    const needed = JSON.stringify(group?.DependsOn)
    expect(needed).toMatch(/appSubnet1DefaultRoute/)
    expect(needed).toMatch(/appSubnet2DefaultRoute/)
    expect(needed).toMatch(/AppInstanceRoleDefaultPolicy/)
    const { LaunchTemplateData: data } = only(template, 'AWS::EC2::LaunchTemplate')
    expect(JSON.stringify(data)).toMatch(/"Fn::GetAtt":\["DatabaseInstance[^"]*","Endpoint.Address"\]/)
  })

  it('names no account, and takes the domain and the port from parameters', () => {
    expect(text).not.toMatch(/\b\d{12}\b/)
    template.hasParameter('DomainName', { Default: 'library.example.com' })
    template.hasParameter('PublicPortSuffix', { Default: '' })
    for (const output of ['SiteUrl', 'ApiUrl', 'DistributionDomainName', 'NameServers']) template.hasOutput(output, {})
  })

  it('is the same, byte for byte, when it is synthesized again', () => {
    const again = synthesize({ entry: 'cdn' })
    expect(again.text).toBe(text)
  })
})

type Tags = readonly { readonly Key: string; readonly Value: string }[]

const tagOf = (tags: unknown, key: string): string | undefined => (tags as Tags).find(tag => tag.Key === key)?.Value

interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Principal?: unknown
}

function statements(policy: Readonly<Record<string, unknown>>): readonly Statement[] {
  return (policy.PolicyDocument as { readonly Statement: readonly Statement[] }).Statement
}

/** A policy in words: actions, and what kind of thing they are allowed on. */
function statementsOf(policy: Parameters<Template['hasResourceProperties']>[1]): string[] {
  return statements(policy).map(({ Sid, Action, Resource }) => {
    const on = JSON.stringify(Resource).match(/AppLog|repository|DatabaseInstanceSecret|AWS::StackId|\*/)?.[0]
    return Sid ? `${Sid} channels on ${on}` : `${[Action].flat().join(',')} on ${on}`
  })
}

/** Who is allowed to read objects. */
const readersOf = (policy: Readonly<Record<string, unknown>>): unknown[] =>
  statements(policy)
    .filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes('s3:GetObject'))
    .map(statement => statement.Principal)
