import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { RotationRules } from '../secret.ts'
import { accessTo, requestToken, type SecretsContext, secretId } from './shapes.ts'

const rules = shape({
  AutomaticallyAfterDays: z.int().min(1).max(1000).optional(),
  Duration: z
    .string()
    .regex(/^[0-9]{1,2}h$/)
    .optional(),
  ScheduleExpression: z.string().min(1).max(256).optional(),
})

/** Secrets that change by themselves. */
export function rotationOperations(context: SecretsContext): readonly Operation[] {
  const { state, rotations } = context
  const on = accessTo(context)
  return [
    operation({
      name: 'RotateSecret',
      input: shape({
        SecretId: secretId,
        ClientRequestToken: requestToken,
        RotationLambdaARN: z.string().max(2048).optional(),
        RotationRules: rules.optional(),
        RotateImmediately: z.boolean().optional(),
      }),
      authorize: ({ SecretId, RotationLambdaARN, RotateImmediately = true }) =>
        on('RotateSecret', SecretId, {
          'secretsmanager:RotationLambdaARN': RotationLambdaARN,
          'secretsmanager:RotateImmediately': String(RotateImmediately),
        }),
      run({ SecretId, ClientRequestToken, RotationLambdaARN, RotationRules, RotateImmediately = true }) {
        const secret = state.live(SecretId)
        const id = rotations.rotate(secret, {
          token: ClientRequestToken,
          functionArn: RotationLambdaARN || undefined,
          rules: RotationRules && rulesOf(RotationRules),
          immediately: RotateImmediately,
        })
        return { ARN: secret.arn, Name: secret.name, VersionId: id }
      },
    }),
    operation({
      name: 'CancelRotateSecret',
      input: shape({ SecretId: secretId }),
      authorize: ({ SecretId }) => on('CancelRotateSecret', SecretId),
      run({ SecretId }) {
        const secret = state.live(SecretId)
        return { ARN: secret.arn, Name: secret.name, VersionId: rotations.cancel(secret) }
      },
    }),
  ]
}

const rulesOf = ({ AutomaticallyAfterDays, ScheduleExpression, Duration }: z.output<typeof rules>): RotationRules => ({
  days: AutomaticallyAfterDays,
  expression: ScheduleExpression,
  windowHours: Duration === undefined ? undefined : Number.parseInt(Duration, 10),
})
