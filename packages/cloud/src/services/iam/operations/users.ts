import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { uniqueId } from '../../../identity/unique-id.ts'
import { type Directory, pathOf } from '../directory.ts'
import { NoSuchEntity, ValidationError } from '../errors.ts'

/** The one user there is: the account's administrator. */
export function userOperations(directory: Directory): readonly Operation[] {
  const arn = `arn:aws:iam::${directory.account}:user/administrator`
  return [
    operation({
      name: 'GetUser',
      input: shape({ UserName: z.string().min(1).max(128).optional() }),
      authorize: ({ UserName }) => ({
        action: 'iam:GetUser',
        resource: UserName === undefined ? arn : `arn:aws:iam::${directory.account}:user/${UserName}`,
      }),
      run({ UserName }, { principal }) {
        if (UserName === undefined && principal.kind !== 'administrator') {
          throw new ValidationError('Must specify userName when calling with non-User credentials')
        }
        if (UserName !== undefined && UserName !== 'administrator') {
          throw new NoSuchEntity(`The user with name ${UserName} cannot be found.`)
        }
        return {
          User: {
            Path: pathOf(arn),
            UserName: 'administrator',
            UserId: uniqueId('AIDA', arn),
            Arn: arn,
            CreateDate: timestamp(directory.createdAt),
          },
        }
      },
    }),
  ]
}
