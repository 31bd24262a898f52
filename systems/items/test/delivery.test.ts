import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CANARY_FINDINGS,
  cfnLintIsHere,
  cfnLintVerdict,
  GOOD_VERDICT,
  judged,
  only,
  openFindings,
  propertiesOf,
  synthesizeIn,
} from '@terrace/constructs/testing'
import type { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { deliveryOptionsFrom } from '../delivery/options.ts'
import { DeliveryStack } from '../delivery/stack.ts'

type Given = Readonly<Record<string, string>>

function synthesize(given: Given = {}, alter?: (app: App) => void) {
  const options = deliveryOptionsFrom(name => given[name])
  const { assembly, built } = synthesizeIn(
    app => new DeliveryStack(app, 'items-delivery', { env: { region: options.region }, ...options }),
    alter,
  )
  const templateFile = join(assembly, built.templateFile)
  return { assembly, templateFile, template: Template.fromJSON(JSON.parse(readFileSync(templateFile, 'utf8'))) }
}

interface Statement {
  readonly Sid: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
  readonly Principal?: unknown
}

const statementsOf = (document: unknown) => (document as { readonly Statement: readonly Statement[] }).Statement

const skipped = cfnLintIsHere ? '' : ' (skipped: cfn-lint is not installed; pip install cfn-lint)'
const PROVIDER = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com'
const variants: readonly Given[] = [{}, { environments: 'prod', provider: PROVIDER, project: 'other' }]

describe.each(variants)('the way of delivery, with %j', given => {
  it.skipIf(!cfnLintIsHere)(`passes cfn-lint without an error${skipped}`, () =>
    expect(cfnLintVerdict([synthesize(given).templateFile])).toEqual(GOOD_VERDICT),
  )

  it('I-13, I-09: passes cdk-nag’s AwsSolutions; each wildcard says why', () => {
    expect(openFindings(synthesize(given, judged).assembly)).toEqual(CANARY_FINDINGS)
  })
})

describe('the roles of a pipeline', () => {
  const { template } = synthesize()
  const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy')).map(({ PolicyDocument }) =>
    statementsOf(PolicyDocument),
  )

  it('I-13: are there for jobs that GitHub has let into their environment, and for nobody else', () => {
    const roles = Object.values(propertiesOf(template, 'AWS::IAM::Role'))
    expect(roles.map(role => statementsOf(role.AssumeRolePolicyDocument))).toEqual(
      ['dev', 'prod'].map(environment => [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: {
            Federated: { Ref: expect.stringMatching(/^GitHub/) },
          },
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': `repo:example/terrace:environment:${environment}`,
            },
          },
        },
      ]),
    )
    expect(only(template, 'AWS::IAM::OIDCProvider')).toMatchObject({
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
    })
  })

  it('I-13: no user and no key is made', () => {
    template.resourceCountIs('AWS::IAM::User', 0)
    template.resourceCountIs('AWS::IAM::AccessKey', 0)
  })

  it('I-09: may change one group, one service, one repository, and become three roles of CDK', () => {
    expect(policies).toHaveLength(2)
    for (const [index, environment] of ['dev', 'prod'].entries()) {
      const bySid = Object.fromEntries((policies[index] ?? []).map(statement => [statement.Sid, statement]))
      expect(Object.keys(bySid)).toEqual([
        ...['BecomeDeployer', 'LookBack', 'Push', 'LogIn', 'ReplaceInstances', 'WatchInstances', 'ReplaceTasks'],
      ])
      expect(JSON.stringify(bySid.BecomeDeployer?.Resource).match(/cdk-hnb659fds-[a-z-]+-role/g)).toEqual([
        'cdk-hnb659fds-deploy-role',
        'cdk-hnb659fds-file-publishing-role',
        'cdk-hnb659fds-lookup-role',
      ])
      expect(bySid.Push?.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Images/), 'Arn'] })
      const named = (sid: string) => JSON.stringify(bySid[sid]?.Resource)
      expect(named('ReplaceInstances')).toContain(`autoScalingGroupName/cloud-native-demo-${environment}-frontend"`)
      expect(named('ReplaceTasks')).toContain(
        `service/cloud-native-demo-${environment}-cluster/cloud-native-demo-${environment}-api"`,
      )
      expect(named('LookBack')).toContain(`stack/cloud-native-demo-${environment}/*`)
    }
  })

  it('I-09: have every resource only for calls that know no other, and never every action', () => {
    const wide = policies.flat().filter(({ Resource }) => Resource === '*')
    expect(new Set(wide.flatMap(({ Action }) => Action))).toEqual(
      new Set([
        'ecr:GetAuthorizationToken',
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeInstanceRefreshes',
      ]),
    )
    expect(
      policies
        .flat()
        .flatMap(({ Action }) => Action)
        .filter(action => action.includes('*')),
    ).toEqual([])
  })

  it('I-13: a tag of an image is a commit and never becomes another image', () => {
    expect(only(template, 'AWS::ECR::Repository')).toMatchObject({
      RepositoryName: 'cloud-native-demo-api',
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
    })
  })

  it('I-13: an account that trusts GitHub already is left so', () => {
    const other = synthesize({ provider: PROVIDER, environments: 'prod', repository: 'owner/name' }).template
    other.resourceCountIs('AWS::IAM::OIDCProvider', 0)
    const [statement] = statementsOf(only(other, 'AWS::IAM::Role').AssumeRolePolicyDocument)
    expect(statement).toMatchObject({
      Principal: { Federated: PROVIDER },
      Condition: {
        StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:owner/name:environment:prod' },
      },
    })
  })

  it.each([
    ['repository', 'terrace', 'option repository=terrace is not possible; give owner/name'],
    ['repository', 'example/*', 'option repository=example/* is not possible'],
    ['environments', 'dev,test', 'option environments=dev,test is not possible; give some of dev,prod'],
    ['provider', 'github', 'option provider=github is not possible; give the ARN'],
  ])('are refused for %s=%s', (name, value, words) =>
    expect(() => deliveryOptionsFrom(option => (option === name ? value : undefined))).toThrow(words),
  )
})
