import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { profileAnswer } from '../answers.ts'
import { type Directory, pathOf } from '../directory.ts'
import { pageInput, pageOf } from '../pages.ts'

/** What IAM tells of instance profiles: of every role that a machine of the template has. */
export function profileOperations(directory: Directory): readonly Operation[] {
  const root = `arn:aws:iam::${directory.account}:instance-profile/`
  return [
    operation({
      name: 'GetInstanceProfile',
      input: shape({ InstanceProfileName: z.string().min(1).max(128) }),
      authorize: ({ InstanceProfileName }) => ({
        action: 'iam:GetInstanceProfile',
        resource:
          directory.profiles.find(({ name }) => name === InstanceProfileName)?.arn ?? root + InstanceProfileName,
      }),
      run: ({ InstanceProfileName }) => ({
        InstanceProfile: profileAnswer(directory.profile(InstanceProfileName), directory),
      }),
    }),
    operation({
      name: 'ListInstanceProfiles',
      input: shape({ PathPrefix: z.string().startsWith('/').optional(), ...pageInput }),
      authorize: () => ({ action: 'iam:ListInstanceProfiles', resource: root }),
      run({ PathPrefix = '/', ...page }) {
        const wanted = directory.profiles.filter(({ arn }) => pathOf(arn).startsWith(PathPrefix))
        const { items, ...rest } = pageOf(wanted, page)
        return { InstanceProfiles: items.map(profile => profileAnswer(profile, directory)), ...rest }
      },
    }),
  ]
}
