import type { PolicyStatement } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { ValidationException } from '../errors.ts'
import { DEFAULT_BUS } from '../names.ts'
import { checkPolicy, withoutStatement, withStatement } from '../policy.ts'
import type { Context } from './shapes.ts'

const ownBus = z
  .string()
  .max(256)
  .regex(/^[.\-_A-Za-z0-9]+$/)
  .optional()
const statementId = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9-_]+$/)
  .optional()

const statement = {
  Action: z
    .string()
    .max(64)
    .regex(/^events:[a-zA-Z]+$/)
    .optional(),
  Principal: z
    .string()
    .max(12)
    .regex(/^(\d{12}|\*)$/)
    .optional(),
  StatementId: statementId,
  Condition: shape({ Type: z.string(), Key: z.string(), Value: z.string() }).optional(),
}

/** The policies of buses. */
export function permissionOperations({ buses }: Context): readonly Operation[] {
  return [
    operation({
      name: 'PutPermission',
      input: shape({ EventBusName: ownBus, Policy: z.string().optional(), ...statement }),
      authorize: () => ({ action: 'events:PutPermission', resource: '*' }),
      run({ EventBusName = DEFAULT_BUS, Policy, ...parts }) {
        const bus = buses.get(EventBusName)
        const given = Object.values(parts).some(part => part !== undefined)
        if (Policy !== undefined && given) {
          throw new ValidationException(
            'Policy can not be specified together with Action, Principal, StatementId or Condition.',
          )
        }
        const policy =
          Policy === undefined
            ? withStatement(bus.policy, statementOf(parts, buses.arnOf(EventBusName)))
            : checkPolicy(Policy)
        buses.change(EventBusName, { policy })
        return {}
      },
    }),
    operation({
      name: 'RemovePermission',
      input: shape({ EventBusName: ownBus, StatementId: statementId, RemoveAllPermissions: z.boolean().optional() }),
      authorize: () => ({ action: 'events:RemovePermission', resource: '*' }),
      run({ EventBusName = DEFAULT_BUS, StatementId, RemoveAllPermissions = false }) {
        const { policy } = buses.get(EventBusName)
        if (!RemoveAllPermissions && StatementId === undefined) {
          throw new ValidationException('Parameter StatementId must be specified.')
        }
        buses.change(EventBusName, {
          policy: RemoveAllPermissions ? undefined : withoutStatement(policy, StatementId ?? ''),
        })
        return {}
      },
    }),
  ]
}

type Parts = z.output<z.ZodObject<typeof statement>>

function statementOf({ Action, Principal, StatementId, Condition }: Parts, arn: string): PolicyStatement {
  if (Action === undefined || Principal === undefined || StatementId === undefined) {
    throw new ValidationException('Parameters Action, Principal and StatementId must be specified.')
  }
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: arn,
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  }
}
