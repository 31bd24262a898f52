import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { encodedDocument, POLICY_VERSION, policyAnswer } from '../answers.ts'
import type { Directory } from '../directory.ts'
import { NoSuchEntity } from '../errors.ts'

const policyArn = z.string().min(20).max(2048)

/** What IAM tells of managed policies. */
export function policyOperations(directory: Directory): readonly Operation[] {
  return [
    operation({
      name: 'GetPolicy',
      input: shape({ PolicyArn: policyArn }),
      authorize: ({ PolicyArn }) => ({ action: 'iam:GetPolicy', resource: PolicyArn }),
      run: ({ PolicyArn }) => ({ Policy: policyAnswer(directory.policy(PolicyArn), directory) }),
    }),
    operation({
      name: 'GetPolicyVersion',
      input: shape({ PolicyArn: policyArn, VersionId: z.string().regex(/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/) }),
      authorize: ({ PolicyArn }) => ({ action: 'iam:GetPolicyVersion', resource: PolicyArn }),
      run({ PolicyArn, VersionId }) {
        const { document } = directory.policy(PolicyArn)
        if (VersionId !== POLICY_VERSION) {
          throw new NoSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`)
        }
        return {
          PolicyVersion: {
            Document: encodedDocument(document),
            VersionId,
            IsDefaultVersion: true,
            CreateDate: timestamp(directory.createdAt),
          },
        }
      },
    }),
  ]
}
