import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { PreconditionFailedException, ResourceNotFoundException } from '../errors.ts'
import type { FunctionRecord } from '../function.ts'
import { type FunctionName, LATEST, readName } from '../names.ts'
import { policyOf, withoutPermission, withPermission } from '../permissions.ts'
import type { Lambda } from './lambda.ts'
import { answering, empty, functionName, functionOnly, on, qualifier } from './shapes.ts'

const ROUTE = '/2015-03-31/functions/{FunctionName}/policy'

const statementId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-zA-Z0-9-_]+$/)

/** Who besides the account may use a function. */
export function policyOperations({ functions }: Lambda): readonly Operation[] {
  /** The function, after it was seen that version or alias are there. */
  const find = (name: FunctionName): FunctionRecord => functions.resolve(name).record
  const keyOf = ({ qualifier: of }: FunctionName): string => (of === undefined || of === LATEST ? '' : of)
  const checkRevision = ({ latest }: FunctionRecord, revision: string | undefined) => {
    if (revision !== undefined && revision !== latest.revision) throw new PreconditionFailedException()
  }
  return [
    answering(
      201,
      operation({
        name: 'AddPermission',
        route: `POST ${ROUTE}`,
        input: shape({
          FunctionName: functionName,
          Qualifier: qualifier,
          StatementId: statementId,
          Action: z.string().regex(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/),
          Principal: z.string().min(1),
          SourceArn: z.string().optional(),
          SourceAccount: z
            .string()
            .regex(/^\d{12}$/)
            .optional(),
          PrincipalOrgID: z.string().optional(),
          RevisionId: z.string().optional(),
        }),
        authorize: ({ FunctionName, Qualifier }) => on(functions, 'AddPermission', FunctionName, Qualifier),
        run({ FunctionName, Qualifier, RevisionId, ...given }) {
          const name = readName(FunctionName, Qualifier)
          const old = find(name)
          checkRevision(old, RevisionId)
          const { record, statement } = withPermission(old, functions.arnOf(name), keyOf(name), {
            statementId: given.StatementId,
            action: given.Action,
            principal: given.Principal,
            sourceArn: given.SourceArn,
            sourceAccount: given.SourceAccount,
            principalOrganization: given.PrincipalOrgID,
          })
          functions.replace(record)
          return { Statement: JSON.stringify(statement) }
        },
      }),
    ),
    empty(
      operation({
        name: 'RemovePermission',
        route: `DELETE ${ROUTE}/{StatementId}`,
        input: shape({
          FunctionName: functionName,
          Qualifier: qualifier,
          StatementId: statementId,
          RevisionId: z.string().optional(),
        }),
        authorize: ({ FunctionName, Qualifier }) => on(functions, 'RemovePermission', FunctionName, Qualifier),
        run({ FunctionName, Qualifier, StatementId, RevisionId }) {
          const name = readName(FunctionName, Qualifier)
          const record = find(name)
          checkRevision(record, RevisionId)
          functions.replace(withoutPermission(record, keyOf(name), StatementId))
        },
      }),
    ),
    operation({
      name: 'GetPolicy',
      route: `GET ${ROUTE}`,
      input: functionOnly,
      authorize: ({ FunctionName, Qualifier }) => on(functions, 'GetPolicy', FunctionName, Qualifier),
      run({ FunctionName, Qualifier }) {
        const name = readName(FunctionName, Qualifier)
        const record = find(name)
        const policy = policyOf(record, name.qualifier)
        if (!policy) throw new ResourceNotFoundException('The resource you requested does not exist.')
        return { Policy: JSON.stringify(policy), RevisionId: record.latest.revision }
      },
    }),
  ]
}
