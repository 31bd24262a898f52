import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { documentIn, only, propertiesOf, resolveText } from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { openPaths, waysOut } from './paths.ts'
import { synthesize } from './support.ts'

const GROUPS = ['WebBalancer', 'Web', 'ApiBalancer', 'App', 'Database']

describe('the library stack, entered by a web tier', () => {
  const { template } = synthesize({ entry: 'web-tier', webScaling: { min: 2, desired: 2, max: 4 } })

  it('L-18: opens exactly anywhere → public balancer → web 80 → internal balancer 80 → app 8000 → database 3306', () => {
    expect(openPaths(template, GROUPS)).toEqual([
      'ApiBalancer → App 8000',
      'App → Database 3306',
      'Web → ApiBalancer 80',
      'WebBalancer → Web 80',
      'anywhere 0.0.0.0/0 → WebBalancer 443',
      'anywhere 0.0.0.0/0 → WebBalancer 80',
    ])
  })

  it('L-18: lets each tier out to the next one only, and instances to HTTPS', () => {
    expect(waysOut(template, GROUPS)).toEqual([
      'ApiBalancer → App 8000',
      'App → 0.0.0.0/0 443',
      'App → Database 3306',
      'Database → 255.255.255.255/32 icmp 252-86',
      'Web → 0.0.0.0/0 443',
      'Web → ApiBalancer 80',
      'WebBalancer → Web 80',
    ])
  })

  it('L-18: has a public balancer, and an internal one in the app subnets', () => {
    const schemes = Object.values(propertiesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')).map(
      ({ Scheme, Subnets }) => [Scheme, JSON.stringify(Subnets).match(/public|app/)?.[0]],
    )
    expect(schemes.sort()).toEqual([
      ['internal', 'app'],
      ['internet-facing', 'public'],
    ])
    template.resourceCountIs('AWS::CloudFront::Distribution', 0)
  })

  it('L-18: scales the two tiers each for itself, in its own subnets', () => {
    const groups = propertiesOf(template, 'AWS::AutoScaling::AutoScalingGroup')
    const sizes = Object.entries(groups).map(([id, group]) => [
      id.slice(0, 3),
      group.MaxSize,
      JSON.stringify(group.VPCZoneIdentifier).match(/Vpc(web|app)/)?.[1],
    ])
    expect(sizes.sort()).toEqual([
      ['App', '3', 'app'],
      ['Web', '4', 'web'],
    ])
  })

  it('L-18: fetches the page from the bucket by the role of the web tier, once it is published', () => {
    const { processes } = documentIn(userDataOf('Web'))
    expect(processes.web).toMatchObject({
      files: [{ s3: expect.stringMatching(/^s3:\/\/<SiteBucket.*>\/$/), path: '/srv/site' }],
    })
    const policy = JSON.stringify(only(template, 'AWS::IAM::Policy', 'WebInstance').PolicyDocument)
    expect(policy).toContain('"Action":"s3:GetObject"')
    expect(policy).not.toContain('s3:Put')
    const [group] = Object.values(
      template.findResources('AWS::AutoScaling::AutoScalingGroup', {
        Properties: { MaxSize: '4' },
      }),
    )
    expect(JSON.stringify(group?.DependsOn)).toContain('SiteContentCustomResource')
  })

  it('L-18: passes calls for app. on to the internal balancer, and serves the page under every other name', () => {
    const userData = userDataOf('Web')
    const { web } = documentIn(userData).processes
    expect(web).toMatchObject({ port: 80, nginx: expect.stringContaining('server_name app.library.example.com;') })
    expect(web).toMatchObject({ nginx: expect.stringMatching(/set \$api <ApiBalancer.*\.DNSName>;/) })
    expect(Buffer.byteLength(userData)).toBeLessThan(MAX_USER_DATA_BYTES * 0.75)
  })

  it('L-17 and L-18: allows the apex as the only origin, and points both names at the public balancer', () => {
    const { api } = documentIn(userDataOf('App')).processes
    expect(api).toMatchObject({ environment: { ALLOWED_ORIGINS: 'https://library.example.com' } })
    for (const record of Object.values(propertiesOf(template, 'AWS::Route53::RecordSet'))) {
      expect(JSON.stringify(record.AliasTarget)).toContain('WebBalancer')
    }
  })

  function userDataOf(tier: string): string {
    const { LaunchTemplateData } = only(template, 'AWS::EC2::LaunchTemplate', tier)
    const { UserData } = LaunchTemplateData as { readonly UserData: unknown }
    return resolveText(UserData, { DomainName: 'library.example.com', PublicPortSuffix: '' })
  }
})
