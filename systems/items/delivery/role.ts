import { acknowledgeWildcards } from '@terrace/constructs'
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib'
import type { Repository } from 'aws-cdk-lib/aws-ecr'
import { PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { SystemNames } from '../stack/names.ts'

/** Who makes the tokens of jobs. */
export const GITHUB = 'token.actions.githubusercontent.com'

/** What `cdk bootstrap` calls its roles, unless it was told otherwise. */
const BOOTSTRAP = 'cdk-hnb659fds'

export interface DeliveryRoleProps {
  /** ARN of GitHub's OIDC provider in this account. */
  readonly provider: string
  /** `owner/name` on GitHub. */
  readonly repository: string
  readonly environment: string
  readonly images: Repository
  readonly names: SystemNames
  /** The stack whose outputs say where images go. */
  readonly deliveryStack: string
}

/**
 * What a job may do that GitHub has let into an environment: become CDK's bootstrap roles for deploying, push to one
 * repository, roll out one group and one service. It cannot become the role that makes resources; CloudFormation does.
 */
export class DeliveryRole extends Construct {
  readonly role: Role

  constructor(scope: Construct, id: string, props: DeliveryRoleProps) {
    super(scope, id)
    const { provider, repository, environment, names } = props
    this.role = new Role(this, 'Role', {
      roleName: `${names.stack}-delivery`,
      description: `Delivers ${names.stack} for jobs of ${repository} in the environment ${environment}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(provider, {
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB}:sub`]: `repo:${repository}:environment:${environment}`,
        },
      }),
    })
    this.#deploy(props)
    this.#push(props)
    this.#rollOut(names)
  }

  #deploy({ names, deliveryStack }: DeliveryRoleProps): void {
    const { account, region } = Stack.of(this)
    const role = (purpose: string) =>
      this.#arn('iam', 'role', `${BOOTSTRAP}-${purpose}-role-${account}-${region}`, { region: '' })
    this.#allow('BecomeDeployer', ['sts:AssumeRole'], [role('deploy'), role('file-publishing'), role('lookup')])
    const stacks = [names.stack, deliveryStack].map(name => this.#arn('cloudformation', 'stack', `${name}/*`))
    this.#allow('LookBack', ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'], stacks)
    acknowledgeWildcards(
      this.role,
      'The ARN of a stack ends in an id that is known when it is there.',
      stacks.map(arn => `Resource::${arn}`),
    )
  }

  #push({ images }: DeliveryRoleProps): void {
    this.#allow(
      'Push',
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      [images.repositoryArn],
    )
    this.#allow('LogIn', ['ecr:GetAuthorizationToken'], ['*'])
  }

  #rollOut({ cluster, service, frontend }: SystemNames): void {
    const group = this.#arn('autoscaling', 'autoScalingGroup', `*:autoScalingGroupName/${frontend}`, {
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
    this.#allow('ReplaceInstances', ['autoscaling:StartInstanceRefresh'], [group])
    this.#allow(
      'WatchInstances',
      ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeInstanceRefreshes'],
      ['*'],
    )
    this.#allow(
      'ReplaceTasks',
      ['ecs:DescribeServices', 'ecs:UpdateService'],
      [this.#arn('ecs', 'service', `${cluster}/${service}`)],
    )
    acknowledgeWildcards(this.role, 'The ARN of a group has an id that is known when it is there.', [
      `Resource::${group}`,
    ])
    acknowledgeWildcards(this.role, 'AWS knows these calls for all resources only: they look, or log in.', [
      'Resource::*',
    ])
  }

  #allow(sid: string, actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ sid, actions, resources }))
  }

  #arn(
    service: string,
    resource: string,
    resourceName: string,
    more: { readonly region?: string; readonly arnFormat?: ArnFormat } = {},
  ): string {
    return Stack.of(this).formatArn({ service, resource, resourceName, ...more })
  }
}
