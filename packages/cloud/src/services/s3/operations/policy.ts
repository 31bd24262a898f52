import { AccessDenied } from '../../../gateway/errors.ts'
import { needs } from '../access.ts'
import { readBucketPolicy } from '../bucket-policy.ts'
import type { BucketCall, S3Operation } from '../call.ts'
import { MalformedXml, NoConfiguration, NoSuchBucketPolicy } from '../errors.ts'
import { textBody } from '../incoming.ts'
import { isPublicPolicy } from '../public-access.ts'
import { sendEmpty, sendText, sendXml } from '../reply.ts'
import { clears, sets, tells } from './configuration.ts'

export const getBucketPolicy: S3Operation<BucketCall> = {
  authorize: needs('GetBucketPolicy'),
  run: call => sendText(call, 'application/json', JSON.stringify(policyOf(call))),
}

export const getBucketPolicyStatus: S3Operation<BucketCall> = {
  authorize: needs('GetBucketPolicyStatus'),
  run: call => sendXml(call, 'PolicyStatus', { IsPublic: isPublicPolicy(policyOf(call)) }),
}

/** @throws NoSuchBucketPolicy */
function policyOf({ bucket }: BucketCall) {
  const { policy } = bucket.settings
  if (!policy) throw new NoSuchBucketPolicy(bucket.name)
  return policy
}

/** @see S3 API Reference "PutBucketPolicy" */
export const putBucketPolicy: S3Operation<BucketCall> = {
  authorize: needs('PutBucketPolicy'),
  async run(call) {
    const { bucket } = call
    const policy = readBucketPolicy(await textBody(call), bucket.arn)
    if (bucket.settings.publicAccessBlock?.blockPublicPolicy && isPublicPolicy(policy)) {
      throw new AccessDenied(
        `User: ${callerOf(call)} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket.arn}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
      )
    }
    bucket.configure({ policy })
    sendEmpty(call, 204)
  },
}

function callerOf({ exchange: { principal } }: BucketCall): string {
  if (principal.kind === 'role') return principal.sessionArn
  return principal.kind === 'administrator' ? principal.arn : principal.kind
}

export const deleteBucketPolicy = clears('DeleteBucketPolicy', { policy: undefined })

export const getPublicAccessBlock = tells(
  'GetBucketPublicAccessBlock',
  'PublicAccessBlockConfiguration',
  ({ bucket }) => {
    const block = bucket.settings.publicAccessBlock
    if (!block) {
      const message = 'The public access block configuration was not found'
      throw new NoConfiguration('NoSuchPublicAccessBlockConfiguration', message, bucket.name)
    }
    return {
      BlockPublicAcls: block.blockPublicAcls,
      IgnorePublicAcls: block.ignorePublicAcls,
      BlockPublicPolicy: block.blockPublicPolicy,
      RestrictPublicBuckets: block.restrictPublicBuckets,
    }
  },
)

export const putPublicAccessBlock = sets({
  action: 'PutBucketPublicAccessBlock',
  root: 'PublicAccessBlockConfiguration',
  read(root) {
    const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
    if (!names.some(name => root.has(name))) throw new MalformedXml()
    return {
      publicAccessBlock: {
        blockPublicAcls: root.flag('BlockPublicAcls') ?? false,
        ignorePublicAcls: root.flag('IgnorePublicAcls') ?? false,
        blockPublicPolicy: root.flag('BlockPublicPolicy') ?? false,
        restrictPublicBuckets: root.flag('RestrictPublicBuckets') ?? false,
      },
    }
  },
})

export const deletePublicAccessBlock = clears('PutBucketPublicAccessBlock', { publicAccessBlock: undefined })
