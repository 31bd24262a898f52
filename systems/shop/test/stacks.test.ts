import { readdirSync } from 'node:fs'
import { only, propertiesOf } from '@terrace/constructs/testing'
import { load } from '@terrace/loader'
import { nodesOf } from '@terrace/model'
import { Match, type Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { SECURE_PARAMETERS } from '../stacks/parameters.ts'
import { STACKS } from '../stacks/stacks.ts'
import { openPaths, waysOut } from './groups.ts'
import { synthesize } from './support.ts'

const GROUPS = ['WebBalancer', 'WebSecurityGroup', 'ApiBalancer', 'AppSecurityGroup', 'Database']

const shop = synthesize()
const [networking, security, database, compute] = [
  shop.template('shop-networking'),
  shop.template('shop-security'),
  shop.template('shop-database'),
  shop.template('shop-compute'),
]

describe('the four stacks', () => {
  it('S-12: take what the ones before them give: networking → security → database → compute', () => {
    expect(STACKS.map(shop.after)).toEqual(STACKS.map((_, at) => STACKS.slice(0, at)))
    expect([security, database, compute].map(importsOf)).toEqual([
      ['shop-networking'],
      ['shop-networking', 'shop-security'],
      ['shop-database', 'shop-networking', 'shop-security'],
    ])
  })

  it('S-12: are read as one system, with every import found', async () => {
    const { stacks, nodes, gaps } = await load({ kind: 'assembly', directory: shop.assembly })
    expect(stacks.map(({ name }) => name)).toEqual(STACKS)
    expect(nodes.filter(({ kind }) => kind === 'autoScalingGroup')).toHaveLength(2)
    expect(gaps).toEqual([])
  })
})

describe('shop-networking', () => {
  it('S-08, S-19: has public, web, app and data subnets in each of two zones, and a NAT gateway in each', () => {
    const tiers = Object.values(propertiesOf(networking, 'AWS::EC2::Subnet')).map(({ Tags }) =>
      tagOf(Tags, 'aws-cdk:subnet-name'),
    )
    expect(tiers).toEqual(['public', 'web', 'app', 'data'].flatMap(tier => [tier, tier]))
    networking.resourceCountIs('AWS::EC2::NatGateway', 2)
  })

  it('S-06: leaves the data subnets without any way: no gateway, no NAT, no endpoint', () => {
    const routed = Object.values(propertiesOf(networking, 'AWS::EC2::Route')).map(route => JSON.stringify(route))
    expect(routed.filter(route => route.includes('Vpcdata'))).toEqual([])
    expect(JSON.stringify(only(networking, 'AWS::EC2::VPCEndpoint').RouteTableIds)).not.toContain('Vpcdata')
  })

  it('S-08: leads web and app tier to S3 by a gateway endpoint that lets no bucket but the named ones pass', () => {
    const endpoint = only(networking, 'AWS::EC2::VPCEndpoint')
    expect(endpoint.VpcEndpointType).toBe('Gateway')
    const { Statement } = endpoint.PolicyDocument as { Statement: readonly { Resource: unknown; Action: unknown }[] }
    const text = JSON.stringify(Statement)
    expect(text).toContain('PicturesBucket')
    expect(text).toContain('SiteBucket')
    expect(text).not.toContain('"Resource":"*"')
    expect(new Set(Statement.map(({ Action }) => Action))).toEqual(new Set(['s3:GetObject', 's3:ListBucket']))
  })

  it('S-18: keeps the pictures in a private bucket with SSE-S3, whose name may be given', () => {
    expect(only(networking, 'AWS::S3::Bucket', 'PicturesBucket')).toMatchObject({
      BucketName: { 'Fn::If': ['PicturesBucketIsNamed', { Ref: 'PicturesBucket' }, { Ref: 'AWS::NoValue' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
    networking.hasParameter('PicturesBucket', { Default: '' })
  })

  it('S-18: uploads the six pictures and nothing else of their folder', async () => {
    const architecture = await load({ kind: 'assembly', directory: shop.assembly })
    const [deployment] = nodesOf(architecture, 'bucketDeployment').filter(({ id }) => id.includes('Pictures'))
    const uploaded = deployment?.sources.flatMap(({ path }) => readdirSync(path)).sort()
    expect(uploaded).toEqual(
      ['backpack', 'blue-shirt', 'bottle', 'headphones', 'notepad', 'red-mug'].map(name => `${name}.jpeg`),
    )
  })

  it('S-14, S-03: has the zone, the certificate for it, and three DKIM records for the mails', () => {
    networking.hasResourceProperties('AWS::Route53::HostedZone', { Name: Match.anyValue() })
    networking.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: { Ref: 'DomainName' } })
    networking.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: { Ref: 'DomainName' } })
    const records = Object.values(propertiesOf(networking, 'AWS::Route53::RecordSet'))
    expect(records.filter(({ Type }) => Type === 'CNAME')).toHaveLength(3)
  })
})

describe('shop-security', () => {
  it('S-09: opens exactly balancer → NGINX 80 → internal balancer 80 → API 8000 → database 3306', () => {
    expect(openPaths(security, GROUPS)).toEqual([
      'ApiBalancer → AppSecurityGroup 8000',
      'AppSecurityGroup → Database 3306',
      'WebBalancer → WebSecurityGroup 80',
      'WebSecurityGroup → ApiBalancer 80',
      'anywhere 0.0.0.0/0 → WebBalancer 443',
      'anywhere 0.0.0.0/0 → WebBalancer 80',
    ])
  })

  it('S-09: lets each tier out to the next one only, instances to HTTPS, the database nowhere', () => {
    expect(waysOut(security, GROUPS)).toEqual([
      'ApiBalancer → AppSecurityGroup 8000',
      'AppSecurityGroup → 0.0.0.0/0 443',
      'AppSecurityGroup → Database 3306',
      'WebBalancer → WebSecurityGroup 80',
      'WebSecurityGroup → 0.0.0.0/0 443',
      'WebSecurityGroup → ApiBalancer 80',
    ])
  })

  it('S-09: gives the API its queue, one sender, the pictures, its image, its three parameters and its traces, no more', () => {
    expect(actionsOf(only(security, 'AWS::IAM::Policy', 'AppInstance'))).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      'ses:SendBulkEmail',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
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
    security.resourceCountIs('AWS::IAM::InstanceProfile', 2)
  })

  it('S-09: lets the worker send from one address alone, by the template that passes through what is written', () => {
    const { Statement } = only(security, 'AWS::IAM::Policy', 'AppInstance').PolicyDocument as {
      Statement: readonly { Action: unknown }[]
    }
    expect(Statement.filter(({ Action }) => String(Action).startsWith('ses:'))).toEqual([
      {
        Effect: 'Allow',
        Action: 'ses:SendBulkEmail',
        Resource: [
          expect.anything(),
          { 'Fn::Join': ['', expect.arrayContaining([':template/shop-networking-written'])] },
        ],
        Condition: { StringEquals: { 'ses:FromAddress': { 'Fn::Join': ['', ['orders@', expect.anything()]] } } },
      },
    ])
  })

  it('S-10: lets only the API read the parameters, by their names', () => {
    for (const name of Object.values(SECURE_PARAMETERS)) {
      expect(JSON.stringify(only(security, 'AWS::IAM::Policy', 'AppInstance'))).toContain(`parameter${name}`)
    }
    const web = actionsOf(only(security, 'AWS::IAM::Policy', 'WebInstance'))
    expect(web.filter(action => /^(ssm:Get|ses|sqs|ecr)/.test(action))).toEqual([])
  })
})

describe('shop-database', () => {
  it('S-06: has a private, encrypted Multi-AZ MySQL on the two data subnets', () => {
    expect(only(database, 'AWS::RDS::DBInstance')).toMatchObject({
      Engine: 'mysql',
      MultiAZ: true,
      StorageEncrypted: true,
      PubliclyAccessible: false,
      DBName: 'shop',
    })
    expect(JSON.stringify(only(database, 'AWS::RDS::DBSubnetGroup').SubnetIds).match(/Vpcdata/g)).toHaveLength(2)
  })

  it('S-10: takes its password from the SecureString; no template has a secret in it', () => {
    expect(only(database, 'AWS::RDS::DBInstance').MasterUserPassword).toBe(
      '{{resolve:ssm-secure:/shop/database/password}}',
    )
    for (const template of [networking, security, database, compute]) {
      template.resourceCountIs('AWS::SecretsManager::Secret', 0)
      template.resourceCountIs('AWS::SSM::Parameter', 0)
    }
  })
})

describe('shop-compute', () => {
  it('S-04, S-05: has a public balancer before NGINX and an internal one before the API', () => {
    const balancers = Object.values(propertiesOf(compute, 'AWS::ElasticLoadBalancingV2::LoadBalancer'))
    expect(
      balancers.map(({ Scheme, Subnets }) => [Scheme, JSON.stringify(Subnets).match(/Vpc(\w+?)Subnet/)?.[1]]),
    ).toEqual([
      ['internal', 'app'],
      ['internet-facing', 'public'],
    ])
  })

  it('S-14: listens on 443 with the certificate, sends 80 there, and points the domain at the public balancer', () => {
    compute.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Certificates: [{ CertificateArn: { 'Fn::ImportValue': Match.stringLikeRegexp('Certificate') } }],
    })
    compute.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [Match.objectLike({ Type: 'redirect' })],
    })
    const record = only(compute, 'AWS::Route53::RecordSet')
    expect(JSON.stringify(record.AliasTarget)).toContain('WebBalancer')
  })

  it('S-19: keeps two of at most four instances of each tier, over two zones, and replaces unhealthy ones', () => {
    const groups = Object.entries(propertiesOf(compute, 'AWS::AutoScaling::AutoScalingGroup'))
    expect(groups.map(([id, group]) => [id.slice(0, 3), group.MinSize, group.MaxSize, group.HealthCheckType])).toEqual([
      ['App', '2', '4', 'ELB'],
      ['Web', '2', '4', 'ELB'],
    ])
    for (const [, { VPCZoneIdentifier }] of groups) expect(VPCZoneIdentifier).toHaveLength(2)
  })

  it('S-05: launches with the profiles of shop-security, IMDSv2 only, and no key', () => {
    for (const { LaunchTemplateData } of Object.values(propertiesOf(compute, 'AWS::EC2::LaunchTemplate'))) {
      expect(LaunchTemplateData).toMatchObject({
        IamInstanceProfile: { Arn: { 'Fn::ImportValue': expect.stringContaining('InstanceProfile') } },
        MetadataOptions: { HttpTokens: 'required' },
      })
      expect(LaunchTemplateData).not.toHaveProperty('KeyName')
    }
    compute.resourceCountIs('AWS::IAM::Role', 1)
  })

  it('S-19: has alarms for both tiers, the database, and the queue', () => {
    const alarms = [compute, database, networking].map(
      template => Object.keys(propertiesOf(template, 'AWS::CloudWatch::Alarm')).length,
    )
    expect(alarms).toEqual([6, 3, 2])
  })
})

/** The stacks that a template imports from. */
const importsOf = (template: Template): string[] =>
  [
    ...new Set(
      [...JSON.stringify(template.toJSON()).matchAll(/"Fn::ImportValue":"(shop-\w+):/g)].map(([, name]) => name ?? ''),
    ),
  ].sort()

type Tags = readonly { readonly Key: string; readonly Value: string }[]

const tagOf = (tags: unknown, key: string): string | undefined => (tags as Tags).find(tag => tag.Key === key)?.Value

function actionsOf(policy: Readonly<Record<string, unknown>>): string[] {
  const { Statement } = policy.PolicyDocument as {
    readonly Statement: readonly { readonly Action: string | string[] }[]
  }
  return [...new Set(Statement.flatMap(({ Action }) => Action))].sort()
}
