import { CfnOutput, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr'
import { type IOIDCProviderRef, OidcProviderNative } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { systemNames } from '../stack/names.ts'
import type { DeliveryOptions } from './options.ts'
import { DeliveryRole, GITHUB } from './role.ts'

export type DeliveryProps = StackProps & DeliveryOptions

/** Images that nothing points to are kept so many: the way back by hand is as long. */
const KEPT_IMAGES = 50

/**
 * What a pipeline on GitHub needs in an account, deployed once by hand: trust in GitHub's tokens, a repository of images
 * whose tags never change, and a role for each environment. No key is made anywhere.
 *
 * @see https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
 */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id, { description: 'Items: what a pipeline needs to deliver them', ...props })
    const { project, environments, repository } = props
    const images = this.#images(project)
    const provider = props.provider ?? this.#provider().oidcProviderRef.oidcProviderArn
    for (const environment of environments) {
      const title = `${environment.slice(0, 1).toUpperCase()}${environment.slice(1)}`
      const { role } = new DeliveryRole(this, title, {
        provider,
        repository,
        environment,
        images,
        names: systemNames(project, environment),
        deliveryStack: this.stackName,
      })
      this.#output(
        `${title}RoleArn`,
        role.roleArn,
        `The variable DELIVERY_ROLE of the environment ${environment} on GitHub`,
      )
    }
    this.#output('RepositoryUri', images.repositoryUri, 'Where images of the API go')
    Tags.of(this).add('Project', project)
  }

  #images(project: string): Repository {
    return new Repository(this, 'Images', {
      repositoryName: `${project}-api`,
      // A tag is a commit: what was tried in dev is what goes to prod.
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [{ description: 'The newest', maxImageCount: KEPT_IMAGES }],
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  #provider(): IOIDCProviderRef {
    return new OidcProviderNative(this, 'GitHub', { url: `https://${GITHUB}`, clientIds: ['sts.amazonaws.com'] })
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description })
  }
}
