import { Bucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { ThreeTierNetwork } from './network.ts'
import { type AwsContent, S3Endpoint } from './s3-endpoint.ts'

const endpointOf = (awsContent?: readonly AwsContent[]) => {
  const template = templateOf(stack => {
    const network = new ThreeTierNetwork(stack, 'Network')
    const reads = [new Bucket(stack, 'Pictures')]
    new S3Endpoint(stack, 'S3', { network, tiers: ['app'], reads, ...(awsContent && { awsContent }) })
  })
  const [endpoint] = Object.values(template.findResources('AWS::EC2::VPCEndpoint'))
  return endpoint?.Properties
}

describe('the endpoint to S3', () => {
  it('S-08: is on the routes of its tiers alone', () => {
    const tables: readonly { readonly Ref: string }[] = endpointOf().RouteTableIds
    expect(tables.map(({ Ref }) => Ref.match(/Vpc(\w+)Subnet\d/)?.[1])).toEqual(['app', 'app'])
  })

  it('S-08: lets reads of the named buckets pass, and of what AWS itself keeps for instances', () => {
    const statements: readonly { readonly Sid: string; readonly Action: unknown; readonly Resource: unknown }[] =
      endpointOf().PolicyDocument.Statement
    expect(statements.map(({ Sid, Action }) => `${Sid} ${Action}`)).toEqual([
      'AwsContent s3:GetObject',
      'OwnObjects s3:GetObject',
      'OwnLists s3:ListBucket',
    ])
    expect(statements[0]?.Resource).toEqual([
      'arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*',
      'arn:aws:s3:::amazon-ssm-us-east-1/*',
      'arn:aws:s3:::aws-ssm-us-east-1/*',
      'arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*',
    ])
    expect(JSON.stringify(statements.slice(1).map(({ Resource }) => Resource))).not.toContain('"*"')
  })

  it('S-08: leaves out what is not asked for', () => {
    const policy = JSON.stringify(endpointOf(['images']).PolicyDocument)
    expect(policy).toContain('starport-layer-bucket')
    expect(policy).not.toContain('al2023-repos')
  })
})
