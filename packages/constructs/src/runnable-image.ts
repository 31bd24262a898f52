import { Stack } from 'aws-cdk-lib'
import { Repository } from 'aws-cdk-lib/aws-ecr'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** An image that something can run: where it is, and how somebody is let pull it. */
export interface RunnableImage {
  /** With its tag or digest. */
  readonly uri: string
  /** Lets somebody pull it, and nothing else. */
  grantPull(grantee: IGrantable): void
}

/** An image that everybody may pull, such as those of `public.ecr.aws`. */
export const publicImage = (uri: string): RunnableImage => ({ uri, grantPull: () => {} })

/**
 * An image that was pushed to ECR before, by a pipeline.
 *
 * @param uri `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`, or `…@sha256:<digest>`
 * @throws when it is not written so
 */
export function pushedImage(scope: Construct, id: string, uri: string): RunnableImage {
  const [, account, region, name] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)(?::[\w.-]+|@sha256:[0-9a-f]{64})$/.exec(uri) ??
    []
  if (account === undefined || region === undefined || name === undefined) {
    throw new Error(
      `${scope.node.path}: "${uri}" names no image in ECR; ` +
        'give <account>.dkr.ecr.<region>.amazonaws.com/<repository> with a tag or a digest',
    )
  }
  const repositoryArn = Stack.of(scope).formatArn({
    service: 'ecr',
    account,
    region,
    resource: 'repository',
    resourceName: name,
  })
  const repository = Repository.fromRepositoryAttributes(scope, id, { repositoryArn, repositoryName: name })
  return { uri, grantPull: grantee => void repository.grantPull(grantee) }
}
