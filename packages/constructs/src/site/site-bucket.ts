import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FileSystem, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from '../acknowledge.ts'
import type { LogBucket } from '../log-bucket.ts'
import { operationsLog } from '../operations-log.ts'

export interface SiteBucketProps {
  /** Where access logs go, under the bucket's path in the stack. */
  readonly logs: LogBucket
  /** Its name, unique in the whole world; may be a template parameter. Default: generated. */
  readonly name?: string
  /** What becomes of it with the stack: gone with all that is in it, or it stays. Default `delete`. */
  readonly whenDeleted?: 'delete' | 'keep'
}

export interface SiteContent {
  /** The built site; `index.html` at its top, hashed files under `assets/`. */
  readonly directory: string
  /** Only files that end so, such as `.jpeg`. Default all. */
  readonly ending?: string
  /** Only files of this folder, such as `assets`; their keys keep it. Default all. */
  readonly only?: string
  /** What stands before the keys, such as `releases/7`; what was there before stays. Default nothing. */
  readonly under?: string
  /** Written beside it as `config.json`; values may be known only when it is deployed. Default: no such file. */
  readonly config?: Readonly<Record<string, string>>
}

/**
 * The private bucket of a site: all public access blocked, no website hosting, encrypted, TLS only; emptied and deleted
 * with the stack unless it is to stay, since its content is a build result.
 */
export class SiteBucket extends Construct {
  readonly bucket: IBucket

  constructor(scope: Construct, id: string, props: SiteBucketProps) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      ...(props.name !== undefined && { bucketName: props.name }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      serverAccessLogsBucket: props.logs.bucket,
      serverAccessLogsPrefix: `${props.logs.prefixOf(this)}/`,
      ...(props.whenDeleted === 'keep'
        ? { removalPolicy: RemovalPolicy.RETAIN }
        : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
    })
  }

  /**
   * Uploads the site and, when a distribution is given, makes it forget the previous one. Files of earlier versions
   * stay: pages that are open in a browser still load them, and their hashed names never clash.
   *
   * @param scope  whose stack uploads it. Default: the bucket's own
   */
  publish(content: SiteContent, distribution?: IDistribution, scope: Construct = this): BucketDeployment {
    const { config, only } = content
    const exclude = exclusions(content)
    const name = only ?? ''
    const files = placed(content)
    const isAnother = scope.node.tryFindChild('ContentLog') !== undefined
    const deployment = new BucketDeployment(scope, `Content${name}`, {
      sources: [
        Source.asset(files.directory, { exclude }),
        ...(config ? [Source.jsonData('config.json', config)] : []),
      ],
      destinationBucket: this.bucket,
      prune: false,
      memoryLimit: 256,
      logGroup: contentLog(scope),
      ...(distribution && { distribution, distributionPaths: ['/*'] }),
    })
    files.remove()
    this.#acknowledge(deployment, distribution !== undefined)
    // The function has the layer of the first who publishes; nobody would use another one.
    if (isAnother) deployment.node.tryRemoveChild('AwsCliLayer')
    return deployment
  }

  // CDK's upload function is one for the whole stack, and its own: not ours to narrow.
  #acknowledge(deployment: BucketDeployment, invalidates: boolean): void {
    const handler = deployment.handlerRole.node.scope ?? deployment
    const { region, account } = Stack.of(this)
    Validations.of(handler).acknowledge(
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
        reason: 'CDK gives its upload function the managed policy for writing its log.',
      },
      { id: 'AwsSolutions-L1', reason: "CDK chooses the upload function's runtime and raises it with its releases." },
    )
    acknowledgeWildcards(
      handler,
      'CDK’s upload function reads the bucket of assets and writes this one, at any key, and is let ' +
        'invalidate any distribution.',
      [
        'Action::s3:GetBucket*',
        'Action::s3:GetObject*',
        'Action::s3:List*',
        'Action::s3:Abort*',
        'Action::s3:DeleteObject*',
        `Resource::arn:aws:s3:::cdk-hnb659fds-assets-${account}-${region}/*`,
        `Resource::${this.bucket.arnForObjects('*')}`,
        ...(invalidates ? ['Resource::*'] : []),
      ],
    )
  }
}

/** CDK's upload function is one for the whole stack: it has one log, that of the first who publishes. */
const contentLog = (scope: Construct): LogGroup =>
  (scope.node.tryFindChild('ContentLog') as LogGroup | undefined) ?? operationsLog(scope, 'ContentLog')

/**
 * The files where their keys will have them. As a prefix of the upload, CDK would write the name of each release into a tag
 * of the bucket: every release would change the bucket, and not only what is in it.
 */
function placed({ directory, under }: SiteContent): { readonly directory: string; remove(): void } {
  if (under === undefined) return { directory, remove: () => {} }
  const folder = FileSystem.mkdtemp('site-')
  cpSync(directory, join(folder, under), { recursive: true })
  return { directory: folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** The last pattern that fits a file decides; what is below an excluded folder is looked at all the same. */
function exclusions({ ending, only }: SiteContent): string[] {
  if (ending !== undefined) return ['**', `!*${ending}`]
  return only === undefined ? [] : ['*', `!${only}`, `!${only}/**`]
}
