import { days } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { LimitExceededException, UnsupportedOperationException } from '../errors.ts'
import type { Key } from '../key.ts'
import { isRotatable, newestOf } from '../keys.ts'
import { MOST_ROTATIONS_ON_DEMAND, ROTATION_DAYS } from '../limits.ts'
import { requireEnabled } from '../usable.ts'
import { type KmsContext, keyReference, pageOf, paging } from './shapes.ts'

/** New material for symmetric keys, by a schedule and on demand. */
export function rotationOperations({ keys, access }: KmsContext): readonly Operation[] {
  const on = (reference: string, action: string, context = {}) => access.on(keys.get(reference), action, { context })
  const rotatable = (reference: string): Key => {
    const key = keys.get(reference)
    if (isRotatable(key)) return key
    throw new UnsupportedOperationException(`${key.arn} is a ${key.spec} key, which is not rotated.`)
  }
  return [
    operation({
      name: 'EnableKeyRotation',
      input: shape({
        KeyId: keyReference,
        RotationPeriodInDays: z.int().min(ROTATION_DAYS.least).max(ROTATION_DAYS.most).optional(),
      }),
      authorize: ({ KeyId, RotationPeriodInDays }) =>
        on(KeyId, 'EnableKeyRotation', { 'kms:RotationPeriodInDays': RotationPeriodInDays?.toString() }),
      run({ KeyId, RotationPeriodInDays }) {
        const key = rotatable(KeyId)
        requireEnabled(key)
        const periodDays = RotationPeriodInDays ?? key.rotation?.periodDays ?? ROTATION_DAYS.otherwise
        const { rotation } = key
        if (rotation?.periodDays === periodDays) return undefined
        keys.change(key, { rotation: { periodDays, next: keys.clock.now() + days(periodDays) } })
        return undefined
      },
    }),
    operation({
      name: 'DisableKeyRotation',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'DisableKeyRotation'),
      run({ KeyId }) {
        const key = rotatable(KeyId)
        requireEnabled(key)
        keys.change(key, { rotation: undefined })
        return undefined
      },
    }),
    operation({
      name: 'GetKeyRotationStatus',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'GetKeyRotationStatus'),
      run({ KeyId }) {
        const { arn, rotation, state } = rotatable(KeyId)
        // A key that waits for its deletion is not rotated.
        const active = state === 'PendingDeletion' ? undefined : rotation
        return {
          KeyRotationEnabled: active !== undefined,
          KeyId: arn,
          RotationPeriodInDays: active?.periodDays,
          NextRotationDate: active && timestamp(active.next),
        }
      },
    }),
    operation({
      name: 'RotateKeyOnDemand',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'RotateKeyOnDemand'),
      run({ KeyId }) {
        const key = rotatable(KeyId)
        requireEnabled(key)
        if (key.materials.filter(({ how }) => how === 'ON_DEMAND').length >= MOST_ROTATIONS_ON_DEMAND) {
          throw new LimitExceededException(`A key is rotated on demand at most ${MOST_ROTATIONS_ON_DEMAND} times.`)
        }
        return { KeyId: keys.rotate(key, 'ON_DEMAND').arn }
      },
    }),
    operation({
      name: 'ListKeyRotations',
      input: shape({
        KeyId: keyReference,
        IncludeKeyMaterial: z.enum(['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY']).optional(),
        ...paging,
      }),
      authorize: ({ KeyId }) => on(KeyId, 'ListKeyRotations'),
      run({ KeyId, IncludeKeyMaterial = 'ROTATIONS_ONLY', ...input }) {
        const key = rotatable(KeyId)
        const all = key.materials.toReversed()
        const listed = IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? all : all.filter(({ how }) => how !== 'CREATED')
        const page = pageOf(listed, ({ id }) => id, input)
        const rotations = page.items.map(({ id, made, how }) => ({
          KeyId: key.arn,
          KeyMaterialId: id,
          KeyMaterialState: id === newestOf(key).id ? 'CURRENT' : 'NON_CURRENT',
          RotationDate: how === 'CREATED' ? undefined : timestamp(made),
          RotationType: how === 'CREATED' ? undefined : how,
        }))
        return { Rotations: rotations, ...page.rest }
      },
    }),
  ]
}
