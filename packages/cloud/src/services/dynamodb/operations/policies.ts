import { z } from 'zod'
import { accepted, type Operation, shape } from '../../../gateway/api.ts'
import { PolicyNotFoundException } from '../errors.ts'
import { parsePolicy } from '../policy.ts'
import type { TableRecord } from '../table-record.ts'
import { nameOfTable } from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const arn = z.string().min(1).max(1283)

/** Who may use a table beside those whom policies of IAM allow it. */
export function policyOperations(surface: Surface): readonly Operation[] {
  const { tables, access, world } = surface
  /** @throws PolicyNotFoundException when there is another one by now */
  const checkRevision = ({ policy }: TableRecord, resource: string, expected: string | undefined) => {
    if (expected === undefined) return
    const fits = expected === 'NO_POLICY' ? policy === undefined : policy?.revision === expected
    if (!fits) throw new PolicyNotFoundException(resource)
  }
  return [
    measured(surface, {
      name: 'PutResourcePolicy',
      input: shape({
        ResourceArn: arn,
        Policy: z.string(),
        ExpectedRevisionId: z.string().optional(),
        ConfirmRemoveSelfResourceAccess: accepted(
          z.boolean().optional(),
          'the account can always change the policies of its tables here',
        ),
      }),
      authorize: ({ ResourceArn }) => access.on('PutResourcePolicy', nameOfTable(ResourceArn)),
      run({ ResourceArn, Policy, ExpectedRevisionId }) {
        const table = tables.get(nameOfTable(ResourceArn))
        parsePolicy(Policy)
        checkRevision(table.record, ResourceArn, ExpectedRevisionId)
        const { policy: before } = table.record
        if (before?.text === Policy) return { RevisionId: before.revision }
        const revision = world.random.uuid()
        tables.set(table, { policy: { text: Policy, revision } })
        return { RevisionId: revision }
      },
    }),
    measured(surface, {
      name: 'GetResourcePolicy',
      input: shape({ ResourceArn: arn }),
      authorize: ({ ResourceArn }) => access.on('GetResourcePolicy', nameOfTable(ResourceArn)),
      run({ ResourceArn }) {
        const { policy } = tables.get(nameOfTable(ResourceArn)).record
        if (!policy) throw new PolicyNotFoundException(ResourceArn)
        return { Policy: policy.text, RevisionId: policy.revision }
      },
    }),
    measured(surface, {
      name: 'DeleteResourcePolicy',
      input: shape({ ResourceArn: arn, ExpectedRevisionId: z.string().optional() }),
      authorize: ({ ResourceArn }) => access.on('DeleteResourcePolicy', nameOfTable(ResourceArn)),
      run({ ResourceArn, ExpectedRevisionId }) {
        const table = tables.get(nameOfTable(ResourceArn))
        checkRevision(table.record, ResourceArn, ExpectedRevisionId)
        const { policy } = table.record
        // Without one it is a success, too, without a revision.
        if (!policy) return {}
        tables.removePolicy(table)
        return { RevisionId: policy.revision }
      },
    }),
  ]
}
