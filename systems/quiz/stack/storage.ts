import { acknowledgeWildcards, type InstanceRole, type LogBucket, SiteBucket } from '@terrace/constructs'
import { Duration } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { FOLDERS } from './names.ts'

/**
 * The one bucket: private, `static/` and `media/` readable by the CDN alone, `keys/` by the set-up of the main instance
 * alone, whoever else may read everything: people put keys there, and can't look at them. It stays when the stack goes: it holds people's pictures and the dumps.
 */
export class Storage extends Construct {
  readonly files: SiteBucket
  readonly bucket: IBucket

  constructor(scope: Construct, id: string, props: { readonly logs: LogBucket }) {
    super(scope, id)
    this.files = new SiteBucket(this, 'Files', { logs: props.logs, whenDeleted: 'keep' })
    this.bucket = this.files.bucket
    if (!(this.bucket instanceof Bucket)) return
    this.bucket.addLifecycleRule({ abortIncompleteMultipartUploadAfter: Duration.days(1) })
    // The site removes each when its background is removed; what is left is of pictures that nobody waits for.
    this.bucket.addLifecycleRule({ prefix: `${FOLDERS.uploads}/`, expiration: Duration.days(7) })
  }

  /** What the site does with pictures, and no more. */
  allowPictures({ role }: InstanceRole): void {
    const [media, uploads] = [this.#all(FOLDERS.media), this.#all(FOLDERS.uploads)]
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Pictures',
        actions: ['s3:PutObject', 's3:DeleteObject'],
        resources: [media, uploads],
      }),
    )
    role.addToPolicy(new PolicyStatement({ sid: 'Originals', actions: ['s3:GetObject'], resources: [uploads] }))
    acknowledgeWildcards(role, 'Pictures have names that are made up when they come.', [
      `Resource::${media}`,
      `Resource::${uploads}`,
    ])
  }

  /**
   * Lets one role read `keys/`, and change nothing there. The refusal counts for administrators, too; who may change the
   * policy may lift it.
   */
  keepKeysFor({ role }: InstanceRole): void {
    const keys = this.#all(FOLDERS.keys)
    role.addToPolicy(new PolicyStatement({ sid: 'Keys', actions: ['s3:GetObject'], resources: [keys] }))
    acknowledgeWildcards(role, 'Whatever is needed for the set-up.', [`Resource::${keys}`])
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeysForSetUpAlone',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [keys],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    )
  }

  #all = (folder: string): string => this.bucket.arnForObjects(`${folder}/*`)
}
